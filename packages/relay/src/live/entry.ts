import type { MpcKind, MpcMessage, RawJson } from "@countersign/rpc";
import type { Kind } from "../kind.ts";

// Entries of a live group: one that connections are in, for as long as these last. A connection has a number that is
// its own as long as the relay runs; when the relay starts, it appends a `detach` for everybody of before.

interface LiveCommand {
  readonly group: string;
  /** Who asks. */
  readonly connection: number;
}

/** Makes the group, with the caller in it; one that exists stays as it is. */
export interface FoundEntry extends LiveCommand {
  readonly type: "found";
  readonly label: string;
  readonly parties: number;
  readonly threshold: number;
}

/** A connection joins the group. */
export interface AttachEntry extends LiveCommand {
  readonly type: "attach";
}

/** A connection is gone. */
export interface DetachEntry extends LiveCommand {
  readonly type: "detach";
}

/** Makes a session. */
export interface BeginEntry extends LiveCommand {
  readonly type: "begin";
  readonly session: string;
  /** Sessions of the kind `exchange` are for members with a token only. */
  readonly kind: Kind;
  readonly value: RawJson;
  /** Seconds without activity until the session expires. */
  readonly life: number;
}

interface SessionCommand extends LiveCommand {
  readonly session: string;
}

/** Asks for a session. */
export interface VisitEntry extends SessionCommand {
  readonly type: "visit";
}

/** Takes the next number of a session. */
export interface SignupEntry extends SessionCommand {
  readonly type: "signup";
  readonly kind: MpcKind;
}

/** Takes a number that the caller names. */
export interface LoadEntry extends SessionCommand {
  readonly type: "load";
  readonly kind: MpcKind;
  readonly number: number;
}

/** Says under which index a party is reached while it signs. */
export interface ParticipantEntry extends SessionCommand {
  readonly type: "participant";
  readonly index: number;
  readonly number: number;
}

/** Sends a message to all other parties or to one. */
export interface RelayEntry extends SessionCommand {
  readonly type: "relay";
  readonly kind: MpcKind;
  readonly message: MpcMessage;
}

/** A party is done. */
export interface DoneEntry extends SessionCommand {
  readonly type: "done";
  readonly number: number;
}

/** Proposes something to sign to everybody in the group; whoever knows the group may. */
export interface ProposeEntry extends SessionCommand {
  readonly type: "propose";
  readonly proposal: string;
  readonly message: RawJson;
}

/** Tells those in the group that are no parties of a session what was signed. */
export interface SignedEntry extends SessionCommand {
  readonly type: "signed";
  readonly value: RawJson;
}

/** Connections have been handed everything up to these places in the outbox of the group, so that it need not be kept. */
export interface TakenEntry {
  readonly type: "taken";
  readonly group: string;
  readonly taken: readonly (readonly [connection: number, seq: number])[];
}

/** What a connection asks for, or its end. */
export type LiveRequest =
  | FoundEntry
  | AttachEntry
  | DetachEntry
  | BeginEntry
  | VisitEntry
  | SignupEntry
  | LoadEntry
  | ParticipantEntry
  | RelayEntry
  | DoneEntry
  | ProposeEntry
  | SignedEntry;

/** What the log of a group holds of a live group. */
export type LiveEntry = LiveRequest | TakenEntry;
