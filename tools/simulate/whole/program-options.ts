import type { PeerGroupOptions, PeerGroupOutput } from "@countersign/handshake";
import type { CeremonyOptions, RoundProtocol } from "@countersign/session";
import type { Message } from "../links.ts";
import type { MortalOptions } from "./mortal.ts";
import type { Packet } from "./network.ts";

/** What a session says once everybody is known. */
export type Ready = Extract<PeerGroupOutput, { readonly type: "ready" }>;

/** Who sits in front of a program. */
export interface User {
  show(words: string): void;
  /** Whether all strings are the same, as soon as that is known. */
  verdict(): boolean | undefined;
  /** Says that it has come to nothing. */
  giveUp(): void;
  /** Who has said that. */
  readonly gaveUp: ReadonlySet<number>;
}

/** What a party's program works with. */
export interface ProgramOptions extends MortalOptions {
  readonly group: PeerGroupOptions;
  /** The other parties, as the relay introduces them. */
  readonly members: readonly { readonly number: number; readonly eid: Uint8Array }[];
  readonly ceremony: (ready: Ready) => CeremonyOptions;
  readonly protocol: () => RoundProtocol<unknown>;
  readonly transmit: (packet: Packet) => void;
  /** What becomes of a message of the ceremony. */
  readonly say: (message: Message) => readonly Message[];
  readonly user: User;
  readonly diskMs: number;
  readonly protocolMs: number;
}
