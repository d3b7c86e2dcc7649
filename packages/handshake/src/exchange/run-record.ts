import type { Incoming, Run } from "./cipher-set.ts";
import type { Role } from "./exchange-types.ts";
import type { Schedule } from "./schedule.ts";
import type { RunState } from "./transitions.ts";

/** One run as the machine keeps it. */
export interface RunRecord<Peer, Packet extends Incoming> {
  /** Counts up within the machine; names the run's keys to the channel. */
  readonly id: number;
  readonly role: Role;
  readonly at: bigint;
  readonly run: Run<Peer, Packet>;
  readonly startedAt: number;
  state: RunState;
  /** The flight that was sent last, byte for byte. */
  flight: readonly Uint8Array[];
  /** When it is sent again; undefined when nothing is waited for. */
  schedule: Schedule | undefined;
  /** The packet that was answered last, and by what. */
  answered: Uint8Array | undefined;
  answer: "flight" | "greeting";
  /** A guess was charged for this run and not given back. */
  charged: boolean;
  /** The peer's failed guess was counted. */
  counted: boolean;
}
