import { concat, decodeUtf8, parseCanonicalJson, readU32, u8, u32, utf8 } from "@countersign/wire";
import * as v from "valibot";
import { limits } from "../limits.ts";

// One message of the session is `kind(1) ‖ rest`. All but data and credit is canonical JSON, read strictly: an unknown key
// is a refusal, because both ends are of the same version or have nothing to say to each other.
const Kind = { offer: 1, answer: 2, data: 3, credit: 4, receipt: 5 } as const;

const Sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** What the sender wants to hand over. The name is the sender's and not to be trusted as a path. */
const Offer = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  size: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.file)),
  sha256: Sha256,
  media: v.pipe(v.string(), v.regex(/^[a-z0-9.+-]{1,64}\/[a-z0-9.+-]{1,64}$/)),
});

const Answer = v.union([
  v.strictObject({ accept: v.literal(true) }),
  v.strictObject({ accept: v.literal(false), reason: v.picklist(["declined", "no-room"]) }),
]);

const Receipt = v.union([
  v.strictObject({ stored: v.literal(true), sha256: Sha256 }),
  v.strictObject({ stored: v.literal(false), reason: v.picklist(["hash-differs", "not-written"]) }),
]);

/** The fields whose names may be told. Those of the two unions cannot go wrong one by one. */
const FIELDS: ReadonlySet<unknown> = new Set(Object.keys(Offer.entries));

export type Offer = v.InferOutput<typeof Offer>;
export type Answer = v.InferOutput<typeof Answer>;
export type Receipt = v.InferOutput<typeof Receipt>;

export type TransferMessage =
  | { readonly type: "offer"; readonly offer: Offer }
  | { readonly type: "answer"; readonly answer: Answer }
  | { readonly type: "data"; readonly offset: number; readonly bytes: Uint8Array }
  /** How many bytes of the file the receiver has written so far. */
  | { readonly type: "credit"; readonly received: number }
  | { readonly type: "receipt"; readonly receipt: Receipt };

export type DecodedMessage =
  | { readonly ok: true; readonly message: TransferMessage }
  | { readonly ok: false; readonly detail: string };

/** Encodes a message of the transfer: `kind(1)`, then JSON; for data `offset(4)` and the bytes, for credit `received(4)`. */
export function encodeMessage(message: TransferMessage): Uint8Array {
  switch (message.type) {
    case "offer":
      return encodeJson(Kind.offer, message.offer);
    case "answer":
      return encodeJson(Kind.answer, message.answer);
    case "data":
      return concat(u8(Kind.data), u32(message.offset), message.bytes);
    case "credit":
      return concat(u8(Kind.credit), u32(message.received));
    case "receipt":
      return encodeJson(Kind.receipt, message.receipt);
  }
}

/** Decodes a message of the transfer; what is malformed, too long or unknown is refused with a sentence, never thrown. */
export function decodeMessage(bytes: Uint8Array): DecodedMessage {
  const rest = bytes.subarray(1);
  switch (bytes[0]) {
    case Kind.offer:
      return decodeJson(rest, Offer, (offer) => ({ type: "offer", offer }));
    case Kind.answer:
      return decodeJson(rest, Answer, (answer) => ({ type: "answer", answer }));
    case Kind.data:
      return decodeData(rest);
    case Kind.credit:
      return decodeCredit(rest);
    case Kind.receipt:
      return decodeJson(rest, Receipt, (receipt) => ({ type: "receipt", receipt }));
    case undefined:
      return { ok: false, detail: "an empty message" };
    default:
      return { ok: false, detail: "a message of an unknown kind" };
  }
}

function encodeJson(kind: number, value: Offer | Answer | Receipt): Uint8Array {
  return concat(u8(kind), utf8(JSON.stringify(value)));
}

function decodeJson<T>(
  bytes: Uint8Array,
  schema: v.GenericSchema<unknown, T>,
  wrap: (value: T) => TransferMessage,
): DecodedMessage {
  const text = decodeUtf8(bytes);
  if (!text.ok) return { ok: false, detail: text.detail };
  const json = parseCanonicalJson(text.value);
  if (!json.ok) return { ok: false, detail: json.detail };
  const parsed = v.safeParse(schema, json.value);
  if (!parsed.success) return { ok: false, detail: sayIssue(parsed.issues[0]) };
  return { ok: true, message: wrap(parsed.output) };
}

/** Names the field only if it is one of ours: any other name is the other side's own text, and not to be repeated. */
function sayIssue({ path }: v.BaseIssue<unknown>): string {
  const key = path?.[0]?.key;
  return FIELDS.has(key) ? `a message in which ${String(key)} is wrong` : "a message that has not the fields it should";
}

function decodeData(rest: Uint8Array): DecodedMessage {
  if (rest.length <= 4) return { ok: false, detail: "a part without bytes" };
  const bytes = rest.subarray(4);
  if (bytes.length > limits.part) return { ok: false, detail: "a part that is too long" };
  return { ok: true, message: { type: "data", offset: readU32(rest, 0), bytes } };
}

function decodeCredit(rest: Uint8Array): DecodedMessage {
  if (rest.length !== 4) return { ok: false, detail: "a credit of a wrong length" };
  return { ok: true, message: { type: "credit", received: readU32(rest, 0) } };
}
