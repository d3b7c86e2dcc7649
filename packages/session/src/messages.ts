import { accepted, concat, type Decoded, decodeUtf8, lp, refused, u8, u16, utf8 } from "@countersign/wire";
import { Reader } from "./reader.ts";

/** Sizes of hashes and of Ed25519 signatures, in bytes. */
export const HASH = 32;
export const SIGNATURE = 64;
/** The longest text of an abort, in bytes of UTF-8. */
export const LONGEST_TEXT = 200;

/** One entry of an evidence: what a party was heard to say in a round. */
export interface Heard {
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
}

/** Why a party ends a ceremony, as the others are told. */
export const abortReasons = {
  "local.aborted": 1,
  "peer.timeout": 2,
  "peer.equivocation": 3,
  "peer.protocol": 4,
  "peer.differs": 5,
  "protocol.failed": 6,
  "peer.aborted": 7,
} as const;
export type AbortReason = keyof typeof abortReasons;

/** A message between two parties of a ceremony (spec 0005, section 2). */
export type CeremonyMessage =
  | {
      readonly type: "statement";
      readonly chain: Uint8Array;
      readonly signature: Uint8Array;
      readonly body: Uint8Array;
    }
  | { readonly type: "direct"; readonly body: Uint8Array }
  /** One entry for each party, by ascending number. */
  | { readonly type: "evidence"; readonly about: number; readonly heard: readonly Heard[] }
  | { readonly type: "abort"; readonly reason: AbortReason; readonly blamed: readonly number[]; readonly text: string }
  | {
      readonly type: "seal";
      readonly chain: Uint8Array;
      readonly outcome: Uint8Array;
      readonly signature: Uint8Array;
    }
  | { readonly type: "ask" }
  /** Round and missing parties; nobody is missing where the party computes. */
  | { readonly type: "answer"; readonly at: number; readonly missing: readonly number[] }
  /** One signature for each party, by ascending number. */
  | { readonly type: "certificate"; readonly outcome: Uint8Array; readonly signatures: readonly Uint8Array[] }
  | { readonly type: "done" };

const TYPE = { statement: 1, direct: 2, evidence: 3, abort: 4, seal: 5, ask: 6, answer: 7, certificate: 8, done: 9 };

/** Encodes a message. A text that is too long or that no screen should show is mended first. */
export function encodeMessage(message: CeremonyMessage): Uint8Array {
  return concat(u8(TYPE[message.type]), ...content(message));
}

function content(message: CeremonyMessage): readonly Uint8Array[] {
  switch (message.type) {
    case "statement":
      return [message.chain, message.signature, message.body];
    case "direct":
      return [message.body];
    case "evidence":
      return [u16(message.about), ...message.heard.flatMap(({ hash, signature }) => [hash, signature])];
    case "abort":
      return [u8(abortReasons[message.reason]), ...numbers(message.blamed), lp(utf8(showable(message.text)))];
    case "seal":
      return [message.chain, message.outcome, message.signature];
    case "answer":
      return [u16(message.at), ...numbers(message.missing)];
    case "certificate":
      return [message.outcome, ...message.signatures];
    case "ask":
    case "done":
      return [];
  }
}

/** Decodes a message of a ceremony of so many parties. Its parts are copies. */
export function decodeMessage(bytes: Uint8Array, parties: number): Decoded<CeremonyMessage> {
  const reader = new Reader(bytes);
  const message = read(reader, parties);
  if (message === undefined) return refused("wire.unknown-kind", "a ceremony message of a kind that does not exist");
  if (!reader.ok()) return refused("wire.malformed", "a ceremony message of another length than its kind has");
  if (message.type === "abort" && !isShowable(message.text)) return refused("wire.malformed", "an unshowable text");
  return accepted(message);
}

function read(reader: Reader, parties: number): CeremonyMessage | undefined {
  const many = <T>(one: () => T) => Array.from({ length: parties }, one);
  switch (reader.u8()) {
    case TYPE.statement:
      return { type: "statement", chain: reader.take(HASH), signature: reader.take(SIGNATURE), body: reader.rest() };
    case TYPE.direct:
      return { type: "direct", body: reader.rest() };
    case TYPE.evidence: {
      const about = reader.u16();
      const heard = many(() => ({ hash: reader.take(HASH), signature: reader.take(SIGNATURE) }));
      return { type: "evidence", about, heard };
    }
    case TYPE.abort:
      return readAbort(reader);
    case TYPE.seal: {
      const chain = reader.take(HASH);
      return { type: "seal", chain, outcome: reader.take(HASH), signature: reader.take(SIGNATURE) };
    }
    case TYPE.ask:
      return { type: "ask" };
    case TYPE.answer:
      return { type: "answer", at: reader.u16(), missing: readNumbers(reader) };
    case TYPE.certificate: {
      const outcome = reader.take(HASH);
      return { type: "certificate", outcome, signatures: many(() => reader.take(SIGNATURE)) };
    }
    case TYPE.done:
      return { type: "done" };
    default:
      return undefined;
  }
}

function readAbort(reader: Reader): CeremonyMessage | undefined {
  const code = reader.u8();
  const reason = (Object.keys(abortReasons) as AbortReason[]).find((name) => abortReasons[name] === code);
  if (reason === undefined) return undefined;
  const blamed = readNumbers(reader);
  const text = decodeUtf8(reader.take(reader.u16()));
  return text.ok ? { type: "abort", reason, blamed, text: text.value } : undefined;
}

function numbers(list: readonly number[]): readonly Uint8Array[] {
  return [u8(list.length), ...list.map(u8)];
}

function readNumbers(reader: Reader): readonly number[] {
  return [...reader.take(reader.u8())];
}

// What hides or reorders text, or breaks a line of somebody's terminal.
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu;

function isShowable(text: string): boolean {
  return utf8(text).length <= LONGEST_TEXT && text.search(UNSHOWABLE) === -1;
}

function showable(text: string): string {
  let cut = text.replace(UNSHOWABLE, " ");
  while (utf8(cut).length > LONGEST_TEXT) cut = [...cut].slice(0, -1).join("");
  return cut;
}
