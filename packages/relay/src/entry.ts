import type { MethodParams } from "@countersign/rpc";
import type { Kind } from "./kind.ts";
import type { LiveEntry } from "./live/entry.ts";

// Entries are commands stamped by the shell: what they need of randomness, of the identity of the caller or of time is
// in them, so that applying a log always has the same outcome. Tokens and claims appear as hashes only.
//
// Members of a dialect that ties membership to the connection come and go by entries of their own, those of live groups.

/** What all members of a session must agree on. */
export interface Parameters {
  readonly kind: Kind;
  readonly parties: number;
  readonly threshold: number;
}

/** One body and whom it is for: a member's number, or 0 for all others. */
export type Envelope = MethodParams<"Session.message">["envelopes"][number];

/** Makes a session of which all places but one are given out to holders of a claim. */
export interface CreateEntry extends Parameters {
  readonly type: "create";
  readonly session: string;
  /** Seconds without activity until the session expires. */
  readonly life: number;
}

/** Holds a place for the bearer of a claim. */
export interface ClaimEntry {
  readonly type: "claim";
  readonly session: string;
  readonly claim: string;
}

/** Gives a place back whose claim was not used in time. */
export interface FreeEntry {
  readonly type: "free";
  readonly session: string;
  readonly claim: string;
}

/** Takes a number in a session, and makes the session if need be. */
export interface OpenEntry extends Parameters {
  readonly type: "open";
  /** The session that the caller named. */
  readonly session?: string;
  /** The id of the session that is made if none was named and none has room. */
  readonly fresh: string;
  readonly life: number;
  readonly eid: string;
  readonly versions: string;
  readonly token: string;
  readonly claim?: string;
  /** The number that the caller wants; without it the next. */
  readonly number?: number;
}

/** Says under which index a member is reached while it signs. */
export interface IndexEntry {
  readonly type: "index";
  readonly session: string;
  readonly from: number;
  readonly index: number;
}

export interface MessageEntry {
  readonly type: "message";
  readonly session: string;
  readonly from: number;
  readonly cseq: number;
  readonly envelopes: readonly Envelope[];
}

export interface AckEntry {
  readonly type: "ack";
  readonly session: string;
  readonly from: number;
  readonly seq: number;
}

export interface FinishEntry {
  readonly type: "finish";
  readonly session: string;
  readonly from: number;
}

export interface AbortEntry {
  readonly type: "abort";
  readonly session: string;
  readonly from: number;
  readonly reason: string;
}

/** Ends a session that saw no activity since its count of it was `activity`. */
export interface ExpireEntry {
  readonly type: "expire";
  readonly session: string;
  readonly activity: number;
}

/** Removes a session that has ended. */
export interface ForgetEntry {
  readonly type: "forget";
  readonly session: string;
}

/**
 * The state that all entries up to `position` lead to, so that they can be dropped. It counts only if it stands right
 * behind that position; if something came between, it is void.
 */
export interface SnapshotEntry {
  readonly type: "snapshot";
  readonly position: number;
  readonly state: unknown;
}

/** What a group's log holds of sessions whose members can come back. */
export type MemberEntry =
  | CreateEntry
  | ClaimEntry
  | FreeEntry
  | OpenEntry
  | IndexEntry
  | MessageEntry
  | AckEntry
  | FinishEntry
  | AbortEntry
  | ExpireEntry
  | ForgetEntry
  | SnapshotEntry;

/** What a group's log holds. */
export type GroupEntry = MemberEntry | LiveEntry;

/**
 * What the registry's log holds: which groups there are, and which numbers invite to them; of relays with several nodes
 * how many there were, and in which group each session is, too.
 */
export type RegistryEntry =
  | { readonly type: "group"; readonly group: string }
  | { readonly type: "dissolve"; readonly group: string }
  | {
      readonly type: "invite";
      readonly group: string;
      readonly session: string;
      /** Seconds. */
      readonly life: number;
      /** A random u32, from which the nameplate is drawn. */
      readonly draw: number;
    }
  | { readonly type: "uninvite"; readonly nameplate: string; readonly group: string }
  /** A node begins. */
  | { readonly type: "node" }
  /** Says of which group a session is, for nodes that do not run the group; the first who says so is right. */
  | { readonly type: "list"; readonly group: string; readonly session: string }
  | { readonly type: "unlist"; readonly session: string }
  | SnapshotEntry;

/** Writes an entry as the text that a store keeps. */
export function encodeEntry(entry: GroupEntry | RegistryEntry): string {
  return JSON.stringify(entry);
}

/** What `encodeEntry` writes of a message, from envelopes that are text already. */
export function encodeMessageEntry(
  { session, from, cseq }: Omit<MessageEntry, "envelopes">,
  envelopes: string,
): string {
  return `{"type":"message","session":"${session}","from":${from},"cseq":${cseq},"envelopes":${envelopes}}`;
}

/**
 * Reads an entry of a log. The store has checked that it is what the relay wrote, so its shape is taken on trust;
 * undefined for text that no relay wrote.
 */
export function decodeEntry<Entry extends GroupEntry | RegistryEntry>(text: string): Entry | undefined {
  try {
    const value = JSON.parse(text) as { type?: unknown } | null;
    return typeof value?.type === "string" ? (value as Entry) : undefined;
  } catch {
    return undefined;
  }
}
