import type { Role } from "./at.ts";
import type { Accepted, Incoming, Run, RunResult } from "./cipher-set.ts";
import { MessageGroup } from "./message-group.ts";
import type { Schedule } from "./schedule.ts";
import type { RunState } from "./transitions.ts";

/** One run as the machine keeps it. */
export interface RunRecord<Peer, Packet extends Incoming, Introduced> {
  /** Counts up within the machine; names the handshake to the application. */
  readonly id: number;
  readonly role: Role;
  readonly at: bigint;
  readonly run: Run<Peer, Packet, Introduced>;
  readonly startedAt: number;
  state: RunState;
  /** What the peer has said with this `at`. */
  readonly group: MessageGroup;
  /** The packet of the message that was taken last; with it the peer has proven who it is. */
  taken: Uint8Array | undefined;
  /** What the application's yes has made of it. */
  accepted: Accepted<Peer> | undefined;
  /** Names the exchange whose keys this handshake has made, or kept alive. */
  exchange: number;
  /** The flight that was sent last, byte for byte. */
  flight: readonly Uint8Array[];
  /** When it is sent again, or the run given up; undefined when nothing is waited for. */
  schedule: Schedule | undefined;
  /** The packet that was answered last, and by what. */
  answered: Uint8Array | undefined;
  answer: "flight" | "greeting";
  /** A guess was charged for this run and not given back. */
  charged: boolean;
  /** The peer's failed guess was counted. */
  counted: boolean;
}

/** The packet that made an event happen, and what the run made of it. */
export interface Cause<Packet, Introduced> {
  readonly incoming: Packet;
  readonly result: RunResult<Introduced>;
}

/** What a record begins with. */
export type NewRun<Peer, Packet extends Incoming, Introduced> = Pick<
  RunRecord<Peer, Packet, Introduced>,
  "id" | "role" | "at" | "run" | "startedAt"
>;

export function newRecord<Peer, Packet extends Incoming, Introduced>(
  run: NewRun<Peer, Packet, Introduced>,
): RunRecord<Peer, Packet, Introduced> {
  return {
    ...run,
    state: run.role === "initiator" ? "calling" : "answering",
    group: new MessageGroup(),
    taken: undefined,
    accepted: undefined,
    exchange: run.id,
    flight: [],
    schedule: undefined,
    answered: undefined,
    answer: "flight",
    charged: false,
    counted: false,
  };
}
