import type { Checkpoint } from "./checkpoint.ts";
import type { Charge } from "./memory.ts";
import type { CeremonyMessage } from "./messages.ts";
import type { Step } from "./round-protocol.ts";
import type { CeremonyEvent } from "./transitions.ts";

/** An event, with what its actions need. */
export interface Happening {
  readonly event: CeremonyEvent;
  /** The party that caused it; 0 where no single one did. */
  readonly from: number;
  /** The round that a message belongs to, or that evidence is about. */
  readonly round: number;
  readonly message?: CeremonyMessage;
  readonly step?: Step<unknown>;
  readonly checkpoint?: Checkpoint;
  /** Why it ends, or what is wrong with a seal. */
  readonly charge?: Charge;
}
