import { accepted, type Decoded, decodeHex, deeperThan, encodeHex, refused } from "@countersign/wire";
import type { CeremonyKind, CeremonyParty, Confirmation, Verify } from "./ceremony-types.ts";
import { chainHead, chainNext, chainStart, sealMessage } from "./chain.ts";
import { isName, MOST_ROUNDS, rosterFault } from "./check-terms.ts";

/** What a ceremony was, and that all parties have signed it (spec 0005, section 8). All public. */
export interface CeremonyRecord {
  readonly transcript: Uint8Array;
  readonly kind: CeremonyKind;
  readonly confirmation: Confirmation;
  readonly threshold: number;
  readonly protocol: { readonly name: string; readonly rounds: readonly RecordedRound[] };
  readonly outcome: Uint8Array;
  /** By ascending number. */
  readonly parties: readonly SealedParty[];
}

export interface RecordedRound {
  readonly name: string;
  readonly broadcast: boolean;
  readonly direct: boolean;
  /** `d_r`, 32 bytes. */
  readonly digest: Uint8Array;
}

export interface SealedParty extends CeremonyParty {
  /** Ed25519, over the head of the chain, 64 bytes. */
  readonly signature: Uint8Array;
}

const FORMAT = "countersign/1 ceremony record";
/** Characters of the longest text that is read. */
const LONGEST = 1024 * 1024;
const KINDS: readonly string[] = ["keygen", "sign", "exchange"];
const CONFIRMATIONS: readonly string[] = ["sas", "pins"];

/** Writes a record as text: JSON in one form only, with a line feed at its end. */
export function encodeRecord(record: CeremonyRecord): string {
  const { transcript, kind, confirmation, threshold, protocol, outcome, parties } = record;
  const object = {
    format: FORMAT,
    transcript: encodeHex(transcript),
    kind,
    confirmation,
    threshold,
    protocol: protocol.name,
    rounds: protocol.rounds.map(({ name, broadcast, direct, digest }) => ({
      name,
      broadcast,
      direct,
      digest: encodeHex(digest),
    })),
    outcome: encodeHex(outcome),
    parties: parties.map(({ number, label, ed25519, signature }) => ({
      number,
      label,
      ed25519: encodeHex(ed25519),
      signature: encodeHex(signature),
    })),
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

/** Reads a record. That it is one does not say that it is true: see `verifyRecord`. */
export function decodeRecord(text: string): Decoded<CeremonyRecord> {
  if (text.length > LONGEST) return refused("wire.too-long", "a ceremony record above 1 MiB");
  const record = deeperThan(text, 8) ? undefined : read(text);
  if (record === undefined) return refused("wire.malformed", "not a ceremony record");
  if (encodeRecord(record) !== text)
    return refused("wire.non-canonical", "a record in another form than the one it has");
  return accepted(record);
}

/** A record that holds, or why it does not. */
export type Verified =
  | {
      readonly ok: true;
      readonly record: CeremonyRecord /** What all have signed, 32 bytes. */;
      readonly head: Uint8Array;
    }
  | {
      readonly ok: false;
      readonly code: "record.malformed" | "record.signature";
      readonly detail: string;
      /** Numbers of the parties whose signature is not over this record. */
      readonly unsigned: readonly number[];
    };

/** Reads a record, computes its hash chain anew and verifies the signature of every party. Needs nothing else. */
export function verifyRecord(text: string, verify: Verify): Verified {
  const decoded = decodeRecord(text);
  if (!decoded.ok) return { ok: false, code: "record.malformed", detail: decoded.detail, unsigned: [] };
  const record = decoded.value;
  const head = headOf(record);
  const unsigned = record.parties
    .filter(({ signature, ed25519 }) => !verify(signature, sealMessage(head), ed25519))
    .map(({ number }) => number);
  if (unsigned.length === 0) return { ok: true, record, head };
  const detail = `${unsigned.length} of ${record.parties.length} parties did not sign this`;
  return { ok: false, code: "record.signature", detail, unsigned };
}

function headOf(record: CeremonyRecord): Uint8Array {
  const chain = record.protocol.rounds.reduce((before, { digest }) => chainNext(before, digest), chainStart(record));
  return chainHead(chain, record.outcome);
}

function read(text: string): CeremonyRecord | undefined {
  let object: Fields;
  try {
    object = fields(JSON.parse(text));
  } catch {
    return undefined;
  }
  const { kind, confirmation, threshold, protocol } = object;
  const transcript = bytesOf(object["transcript"], 32);
  const outcome = bytesOf(object["outcome"], 32);
  const rounds = listOf(object["rounds"], readRound);
  const parties = listOf(object["parties"], readParty);
  if (object["format"] !== FORMAT || transcript === undefined || outcome === undefined) return undefined;
  if (rounds === undefined || rounds.length < 1 || rounds.length > MOST_ROUNDS || parties === undefined)
    return undefined;
  if (typeof threshold !== "number" || rosterFault(parties, threshold) !== undefined || !ascending(parties))
    return undefined;
  if (!isOneOf<CeremonyKind>(kind, KINDS) || !isOneOf<Confirmation>(confirmation, CONFIRMATIONS)) return undefined;
  if (typeof protocol !== "string" || !isName(protocol)) return undefined;
  return { transcript, kind, confirmation, threshold, protocol: { name: protocol, rounds }, outcome, parties };
}

type Fields = Readonly<Record<string, unknown>>;

function readRound({ name, broadcast, direct, digest }: Fields): RecordedRound | undefined {
  const bytes = bytesOf(digest, 32);
  if (typeof name !== "string" || !isName(name) || bytes === undefined) return undefined;
  if (typeof broadcast !== "boolean" || typeof direct !== "boolean") return undefined;
  return { name, broadcast, direct, digest: bytes };
}

function readParty({ number, label, ed25519, signature }: Fields): SealedParty | undefined {
  const key = bytesOf(ed25519, 32);
  const signed = bytesOf(signature, 64);
  if (typeof number !== "number" || typeof label !== "string" || key === undefined || signed === undefined)
    return undefined;
  return { number, label, ed25519: key, signature: signed };
}

/** The object itself, or one without fields for what is none. */
function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function listOf<T>(value: unknown, read: (item: Fields) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item) => read(fields(item)));
  return items.every((item) => item !== undefined) ? items : undefined;
}

function bytesOf(value: unknown, length: number): Uint8Array | undefined {
  const decoded = typeof value === "string" && value.length === 2 * length ? decodeHex(value) : undefined;
  return decoded?.ok === true ? decoded.value : undefined;
}

function isOneOf<T extends string>(value: unknown, list: readonly string[]): value is T {
  return typeof value === "string" && list.includes(value);
}

function ascending(parties: readonly SealedParty[]): boolean {
  return parties.every(({ number }, index) => index === 0 || number > (parties[index - 1]?.number ?? 0));
}
