import type { Server } from "./server.ts";

/** Ways in which a request for a message can be wrong. */
export const refused = ["no JSON", "no method", "no session", "no base64url", "out of order"] as const;
export type Refused = (typeof refused)[number];

/** One connection of the load, as a relay sees it. */
export interface Party {
  /** A name that no group had before. */
  readonly group: string;
  /** Its number within the load, and how many are in its group. */
  readonly number: number;
  readonly members: number;
  /** Its message's body as a template of `load.c`, and how long it is when it is filled in. */
  readonly body: string;
  readonly size: number;
  /** Whether the message is for the only other one by its name, or is to be refused; else it is for all others. */
  readonly what: "toOne" | Refused | undefined;
}

/** What a connection says, as templates of `load.c`. */
export interface Script {
  /** Each thing that is said to join, and what an answer holds that allows to go on. */
  readonly steps: readonly { readonly say: Uint8Array | string; readonly expect: string }[];
  /** Whether messages are text frames of a WebSocket; else they are sent as they are. */
  readonly framed: boolean;
  readonly message: string;
  /** What tells the relay that everything up to a place has been processed, if it has to be told. */
  readonly ack?: string;
}

/** A relay to measure. */
export interface Subject {
  readonly name: string;
  /** Why it cannot be measured here, undefined if it can. */
  readonly missing?: string;
  start(): Promise<Server>;
  script(party: Party): Script;
}
