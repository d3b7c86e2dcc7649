import {
  createHistory,
  type GroupHistory,
  type PeerGroupEntry,
  type PeerGroupOptions,
  recordEntry,
  recordMember,
  type SessionParameters,
  sessionTranscript,
} from "@countersign/handshake";
import type { FullIdentity } from "./identity.ts";

/** What a session has from its first moment on, and needs to be taken up by another process. */
export interface SessionOrigin {
  readonly parameters: SessionParameters;
  readonly number: number;
  /** 32 bytes, public. */
  readonly eid: Uint8Array;
  /** The token by which the relay knows the member again, base64url. Secret. */
  readonly token: string;
  /** Secret. */
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  /** The code's key or the pins. Secret. */
  readonly trust: PeerGroupOptions["trust"];
}

/** All that is known of a session between two processes. Holds secrets: to be kept encrypted. */
export interface SessionRecord {
  readonly origin: SessionOrigin;
  /** The seq of the last event of the relay that need not be asked for again. */
  readonly seen: number;
  readonly history: GroupHistory;
}

/** What a session wants to have on disk. The first entry of a session is its `record`. */
export type JournalEntry =
  | PeerGroupEntry
  /** Everything so far: replaces all entries before it. Secret. */
  | { readonly type: "record"; readonly record: SessionRecord }
  /** The relay introduced a party. */
  | { readonly type: "member"; readonly number: number; readonly eid: Uint8Array; readonly versions: Uint8Array }
  /** Events of the relay up to this one are done with. */
  | { readonly type: "seen"; readonly seq: number };

/** GT of a session whose SAS is complete (spec 0003, section 8.2), 32 bytes, public: what `ready` said of it. */
export function transcriptOf({ origin, history }: SessionRecord): Uint8Array {
  const { parameters, number, eid, self } = origin;
  const { noiseStatic, ed25519 } = self.identity;
  const own = { number, eid, label: self.label, noiseStatic: noiseStatic.publicKey, ed25519: ed25519.publicKey };
  const others = history.peers.flatMap(({ identity, eid }) => (identity === undefined ? [] : [{ ...identity, eid }]));
  return sessionTranscript(parameters, [own, ...others]);
}

/** The record of a session that has just begun. */
export function beginRecord(origin: SessionOrigin): SessionRecord {
  return { origin, seen: 0, history: createHistory() };
}

/**
 * The record after one more entry, which is changed in place; undefined as long as there is none. So
 * `entries.reduce(addEntry, undefined)` is what `resumeSession` wants, and a `record` of it is as good as all of them.
 */
export function addEntry(record: SessionRecord | undefined, entry: JournalEntry): SessionRecord | undefined {
  if (entry.type === "record") return entry.record;
  if (record === undefined) return undefined;
  switch (entry.type) {
    case "member":
      recordMember(record.history, entry);
      return record;
    case "seen":
      return { ...record, seen: Math.max(record.seen, entry.seq) };
    case "up":
      recordEntry(record.history, entry);
      return withoutCode(record);
    default:
      recordEntry(record.history, entry);
      return record;
  }
}

/** Once all pairs were up, the code has done its work: nobody ever comes by it again. */
function withoutCode(record: SessionRecord): SessionRecord {
  const { origin, history } = record;
  const met = history.peers.filter(({ identity }) => identity !== undefined).length;
  if (origin.trust.type === "pins" || met < origin.parameters.parties - 1) return record;
  return { ...record, origin: { ...origin, trust: { type: "code", prk: undefined } } };
}

/** Overwrites the code's key of a record that is written: the machine has a copy, which it erases itself. */
export function eraseCode({ origin: { trust } }: SessionRecord): void {
  if (trust.type === "code") trust.prk?.fill(0);
}
