import type { SessionEnded, SessionFailed } from "@countersign/client";
import { isObject } from "../json-rpc/request.ts";
import type { AnsweredRound } from "./answered-rounds.ts";
import type { Wanted } from "./keeping.ts";
import type { SentKey } from "./sent-keys.ts";

/** The string to compare. */
export interface Sas {
  readonly words: string;
  readonly digits: string;
  /** All parties have the keys that were pinned, so that nobody needs to compare anything. */
  readonly verified: boolean;
}

/** What these methods know of a session beside what its journal says. JSON. */
export interface Notes {
  readonly version: 1;
  /** Where the session is; empty for nowhere. */
  readonly relay: string;
  /** When it was made or joined here, in seconds since 1970, and for how many seconds it may live. */
  readonly begun: number;
  readonly ttl: number;
  readonly context?: string;
  /** It goes by hand: there is nothing at a relay. */
  readonly byHand?: true;
  /** How a session that goes by hand has ended. */
  readonly over?: SessionEnded | SessionFailed;
  /** Of a session that was joined: the relay and the public part of the code, so that a second join finds it. */
  readonly place?: string;
  /** The contact that is met. */
  readonly contact?: string;
  /** Parties that are to be kept as contacts: the name of each by what it calls itself. */
  readonly wanted?: Wanted;
  readonly sas?: Sas;
  /** Round trips in which this party gave its pre-signatures. */
  readonly answered?: readonly AnsweredRound[];
  /** Messages that were sent. */
  readonly sent: number;
  /** The last of them that had an idempotency key. */
  readonly keys: readonly SentKey[];
}

/** Whether something that a store has kept are notes of this version: it is sealed, so what is inside is ours. */
export function isNotes(value: unknown): value is Notes {
  return isObject(value) && value["version"] === 1;
}
