import type { MessageRequest } from "@countersign/rpc";
import { limits } from "@countersign/wire";
import { isBodyText } from "./body-text.ts";

/** What the messages of a client begin with, between the id and the cseq. */
export interface Expected {
  readonly session: string;
  readonly bytes: Uint8Array;
}

/** A request for `Session.message` that was read from its bytes. */
export interface ReadMessage extends MessageRequest {
  readonly size: number;
}

/** Where a text lies. */
export interface Span {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const BEGIN = Buffer.from('{"jsonrpc":"2.0","id":');
const ENVELOPE = Buffer.from(',"envelopes":[{"to":');
const BODY = Buffer.from(',"body":"');
const END = Buffer.from('"}]}}');
/** Of the envelopes, what stands in front of the number: `[{"to":`. */
const LIST = 7;
/** Numbers of so many digits are safe. */
const DIGITS = 15;
const ZERO = 0x30;
/** What is to be expected of a client whose last message was for this session. */
export function expectedOf(session: string): Expected {
  const bytes = Buffer.from(`,"method":"Session.message","params":{"session":"${session}","cseq":`);
  // What was cut out of a text would keep all of that text, as long as the connection lasts.
  return { session: Buffer.from(session).toString(), bytes };
}

/**
 * Reads what `readMessageRequest` reads, if it has one envelope and is for the session that is expected: bytes are held
 * against those that are expected, in 0.4 µs instead of 0.7 with 200 B. What is read is ASCII, so nobody need look whether it
 * is UTF-8. Undefined for everything else, right or wrong.
 */
export function readMessageBytes({ bytes, start, end }: Span, expected: Expected): ReadMessage | undefined {
  if (!holds(bytes, start, BEGIN)) return undefined;
  const id = numberAt(bytes, start + BEGIN.length);
  if (id < 0 || !holds(bytes, behind, expected.bytes)) return undefined;
  const cseq = numberAt(bytes, behind + expected.bytes.length);
  if (cseq < 1 || !holds(bytes, behind, ENVELOPE)) return undefined;
  const list = behind + ENVELOPE.length - LIST;
  const to = numberAt(bytes, list + LIST);
  if (to < 0 || to > limits.parties || !holds(bytes, behind, BODY)) return undefined;
  const from = behind + BODY.length;
  const upTo = end - END.length;
  if (upTo < from || !holds(bytes, upTo, END)) return undefined;
  // Without the two brackets that are not the envelopes'.
  const envelopes = bytes.toString("latin1", list, end - 2);
  const body = envelopes.slice(from - list, upTo - list);
  if (!isBodyText(body)) return undefined;
  return { id, params: { session: expected.session, cseq, envelopes: [{ to, body }] }, envelopes, size: end - start };
}

function holds(bytes: Uint8Array, at: number, piece: Uint8Array): boolean {
  for (let i = 0; i < piece.length; i++) if (bytes[at + i] !== piece[i]) return false;
  return true;
}

/** Where the last number that was read ended. */
let behind = 0;

/** The number in its only form that begins at a place, -1 if there is none. */
function numberAt(bytes: Uint8Array, at: number): number {
  let value = 0;
  let i = at;
  for (; i <= at + DIGITS; i++) {
    const digit = (bytes[i] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = 10 * value + digit;
  }
  behind = i;
  const length = i - at;
  return length === 0 || length > DIGITS || (length > 1 && bytes[at] === ZERO) ? -1 : value;
}
