import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  checkLabel,
  type Decoded,
  decodeAck,
  decodeBase64url,
  decodeClose,
  decodeFrame,
  decodeHandshakeHeader,
  decodeHandshakeMessage,
  decodeHex,
  decodeLob,
  decodePacket,
  decodePart,
  decodeRoundMessage,
  decodeSealedFrame,
  encodeAck,
  encodeBase64url,
  encodeClose,
  encodeFrame,
  encodeHandshakeHeader,
  encodeHandshakeMessage,
  encodeHex,
  encodeLob,
  encodePacket,
  encodePart,
  encodeRoundMessage,
  encodeSealedFrame,
  formatUuid,
  padPayload,
  parseUuid,
  unpadPayload,
} from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { refusal } from "./expectations.ts";

// The files were written from the text of the specification by tools/vectors, which shares no code with this package.
const folder = fileURLToPath(new URL("../../../spec/vectors", import.meta.url));

interface CodecVector {
  readonly scenario: string;
  readonly format: string;
  readonly title: string;
  readonly codec: string;
  /** What is read, as `bytes` or `text`, and by their names the values that it means. */
  readonly accepted: readonly Readonly<Record<string, unknown>>[];
  readonly refused: readonly {
    readonly bytes?: string;
    readonly text?: string;
    /** Long bytes: pieces, and how often each is repeated. */
    readonly pieces?: readonly (readonly [piece: string, times: number])[];
    readonly code: Parameters<typeof refusal>[0];
    readonly why: string;
  }[];
}

interface Codec<Value> {
  decode(input: string): Decoded<Value>;
  /** Writes what was read; the result must be what was read. */
  encode(value: Value): string;
  /** The value in the words of the file. */
  describe(value: Value): unknown;
}

/** Byte strings as hexadecimal, u64 as decimal strings. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return encodeHex(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function unhex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

function binary<Value>(
  decode: (bytes: Uint8Array) => Decoded<Value>,
  encode: (value: Value) => Uint8Array,
  describeValue: (value: Value) => unknown = (value) => value,
): Codec<unknown> {
  return {
    decode: (digits) => decode(unhex(digits)),
    encode: (value) => encodeHex(encode(value as Value)),
    describe: (value) => plain(describeValue(value as Value)),
  };
}

function textual(decode: (text: string) => Decoded<Uint8Array>, encode: (bytes: Uint8Array) => string): Codec<unknown> {
  return { decode, encode: (bytes) => encode(bytes as Uint8Array), describe: (bytes) => ({ bytes: plain(bytes) }) };
}

const codecs: Readonly<Record<string, Codec<unknown>>> = {
  lob: binary(decodeLob, encodeLob),
  packet: binary(decodePacket, encodePacket),
  "handshake-header": binary(decodeHandshakeHeader, encodeHandshakeHeader),
  payload: binary(unpadPayload, padPayload, (message) => ({ message })),
  "handshake-message": binary(decodeHandshakeMessage, encodeHandshakeMessage),
  frame: binary(decodeFrame, encodeFrame),
  "sealed-frame": binary(decodeSealedFrame, encodeSealedFrame),
  ack: binary(decodeAck, encodeAck, (next) => ({ next })),
  close: binary(decodeClose, encodeClose),
  part: binary(decodePart, encodePart),
  "round-message": binary(decodeRoundMessage, encodeRoundMessage, ({ bytes, ...rest }) => ({
    ...rest,
    content: bytes,
  })),
  base64url: textual(decodeBase64url, encodeBase64url),
  hex: textual(decodeHex, encodeHex),
  uuid: textual(parseUuid, formatUuid),
  label: { decode: checkLabel, encode: String, describe: () => ({}) },
};

const files = readdirSync(folder)
  .map((name): CodecVector => JSON.parse(readFileSync(`${folder}/${name}`, "utf8")))
  .filter(({ format }) => format === "codec");

test("every codec has a file, and every file a codec", () => {
  expect(files.map(({ codec }) => codec).sort()).toEqual(Object.keys(codecs).sort());
});

describe.each(files)("$scenario: $title", ({ codec: name, accepted, refused }) => {
  const codec = codecs[name];
  if (codec === undefined) return;
  // Text forms list a text and the bytes that it means; all others list bytes and the values that they mean.
  const isText = refused.every(({ text }) => text !== undefined);

  test.each([...accepted])("accepted %#", (entry) => {
    const { [isText ? "text" : "bytes"]: input, ...value } = entry;
    const decoded = codec.decode(String(input));
    if (!decoded.ok) throw new Error(`${decoded.code}: ${decoded.detail}`);
    expect(codec.describe(decoded.value)).toEqual(value);
    expect(codec.encode(decoded.value)).toBe(input);
  });

  test.each(refused)("refused: $why", ({ bytes, text, pieces, code }) => {
    const input = text ?? bytes ?? (pieces ?? []).map(([piece, times]) => piece.repeat(times)).join("");
    expect(codec.decode(input)).toEqual(refusal(code));
  });
});
