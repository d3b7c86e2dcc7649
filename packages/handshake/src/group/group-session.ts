import type { CloseReason } from "@countersign/wire";
import type { Instant } from "../machine.ts";
import type { Failed, PeerGroupOptions } from "../peer-group-types.ts";
import type { SasInput } from "../sas/group-sas-types.ts";
import type { GroupOutputs } from "./group-outputs.ts";
import type { PairInput } from "./pair-types.ts";
import type { Peer } from "./peer.ts";
import type { Roster } from "./roster.ts";
import type { SasStage } from "./sas-stage.ts";
import type { SessionCode } from "./session-code.ts";
import type { GroupEvent, GroupState } from "./transitions.ts";

/** What the group link of a session hears of its pairs. */
export interface LinkListener {
  /** A handshake body of this party that is for a group link. */
  packet(from: number, body: Uint8Array, now: Instant): void;
  /** The pair with this party is up. */
  up(number: number, now: Instant): void;
}

/** A session as those see it who take what its pairs and its SAS say. */
export interface GroupSession {
  readonly options: PeerGroupOptions;
  readonly code: SessionCode;
  readonly roster: Roster;
  readonly sas: SasStage;
  readonly link: LinkListener;
  readonly outputs: GroupOutputs;
  readonly state: GroupState;
  /** Whether it is over for good. */
  readonly over: boolean;
  /** Executes one cell of the table. */
  fire(event: GroupEvent, now: Instant, what?: CloseReason | Failed): void;
  stepPair(peer: Peer, input: PairInput, now: Instant): void;
  stepSas(input: SasInput, now: Instant): void;
  /** Begins as many first contacts as may be under way. */
  callNext(now: Instant): void;
}
