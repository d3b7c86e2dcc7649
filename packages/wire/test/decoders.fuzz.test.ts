import * as wire from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const u16 = fc.nat(0xffff);
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const any = (maxLength = 300) => fc.uint8Array({ maxLength });
const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const text = fc.string({ unit: "binary", maxLength: 12 });
/** A key that JSON keeps where it was put, and that is not one of the two in front. */
const key = text.filter((name) => !/^(\d+|type|at)$/.test(name) && name.isWellFormed());
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
/** Mostly small sizes: with the large ones in all cases, copying them would be what takes the time. */
const frameSize = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(64, 256) },
  { weight: 1, arbitrary: fc.constantFrom(...wire.frameSizes) },
);
const full = frameSize.map((size) => new Uint8Array(size - 5).fill(7));
const frameData = fc.oneof(any(), full);
const ciphertext = frameSize.map((size) => new Uint8Array(size + 16).fill(size >> 6));

/** One way to write something and to read it: `values` are what may be written. */
interface Codec<Form, Value> {
  readonly name: string;
  readonly values: fc.Arbitrary<Value>;
  readonly encode: (value: Value) => Form;
  readonly decode: (form: Form) => wire.Decoded<Value>;
}
const codec = <Form, Value>(one: Codec<Form, Value>) => one as unknown as Codec<Form, unknown>;

const binary: readonly Codec<Uint8Array, unknown>[] = [
  codec({
    name: "LOB packet",
    values: fc.record({ head: any(40), body: any() }),
    encode: wire.encodeLob,
    decode: wire.decodeLob,
  }),
  codec<Uint8Array, wire.Packet>({
    name: "outer packet",
    values: fc.oneof(
      fc.record({ type: fc.constant("handshake" as const), csid: fc.integer({ min: 1, max: 255 }), body: any() }),
      fc.record({ type: fc.constant("channel" as const), body: any() }),
    ),
    encode: wire.encodePacket,
    decode: wire.decodePacket,
  }),
  codec({
    name: "sealed frame",
    values: fc.record({ token: exactly(16), n: u64, ciphertext }),
    encode: wire.encodeSealedFrame,
    decode: wire.decodeSealedFrame,
  }),
  codec({
    name: "frame",
    values: fc.record({ kind: fc.constantFrom(...Object.values(wire.FrameKind)), data: frameData }),
    encode: wire.encodeFrame,
    decode: wire.decodeFrame,
  }),
  codec({ name: "ACK", values: u64, encode: wire.encodeAck, decode: wire.decodeAck }),
  codec({
    name: "CLOSE",
    values: fc.record({ reason: fc.nat(255), next: u64 }),
    encode: wire.encodeClose,
    decode: wire.decodeClose,
  }),
  codec({
    name: "numbered data",
    values: fc.record({ m: u64, content: any() }),
    encode: wire.encodeNumbered,
    decode: wire.decodeNumbered,
  }),
  codec({
    name: "APPF",
    values: fc
      .record({ m: u64, index: u16, count: u16, part: fc.uint8Array({ minLength: 1, maxLength: 300 }) })
      .filter(({ index, count }) => count >= 2 && index < count),
    encode: wire.encodePart,
    decode: wire.decodePart,
  }),
  codec({
    name: "round message",
    values: fc.record({ group: exactly(16), session: exactly(16), round: u16, from: u16, to: u16, bytes: any() }),
    encode: wire.encodeRoundMessage,
    decode: wire.decodeRoundMessage,
  }),
  codec({
    name: "handshake message",
    values: fc.record({
      type: fc.string({ minLength: 1, maxLength: 12 }),
      at: u64,
      head: fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true }),
      body: any(40),
    }),
    encode: wire.encodeHandshakeMessage,
    decode: wire.decodeHandshakeMessage,
  }),
  codec({
    name: "handshake payload",
    values: fc.oneof(any(), exactly(254), exactly(255), exactly(1_022)),
    encode: wire.padPayload,
    decode: wire.unpadPayload,
  }),
  codec({ name: "UTF-8", values: text, encode: wire.utf8, decode: wire.decodeUtf8 }),
  codec({
    name: "label",
    values: text.filter((label) => wire.checkLabel(label).ok),
    encode: wire.utf8,
    decode: wire.decodeLabel,
  }),
];

const textual: readonly Codec<string, unknown>[] = [
  codec({ name: "base64url", values: any(60), encode: wire.encodeBase64url, decode: wire.decodeBase64url }),
  codec({ name: "hexadecimal", values: any(60), encode: wire.encodeHex, decode: wire.decodeHex }),
  codec({ name: "UUID", values: exactly(16), encode: wire.formatUuid, decode: wire.parseUuid }),
  codec<string, string>({
    name: "label as text",
    values: text.filter((label) => wire.checkLabel(label).ok),
    encode: (label) => label,
    decode: wire.checkLabel,
  }),
  codec<string, wire.JsonObject>({
    name: "canonical JSON",
    values: fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true }),
    encode: JSON.stringify,
    decode: wire.parseCanonicalJson,
  }),
];

/** Changes to a valid form: cut off, extended, replaced at one place, or something else altogether. */
interface Change {
  readonly how: "cut" | "extend" | "replace" | "insert" | "other";
  readonly where: number;
  readonly what: number;
}
const change: fc.Arbitrary<Change> = fc.record({
  how: fc.constantFrom("cut", "extend", "replace", "replace", "insert", "other"),
  where: fc.nat(0xffff),
  what: fc.oneof(fc.constantFrom(0, 1, 2, 0x20, 0x2d, 0x3d, 0x80, 0xff), fc.nat(0xff)),
});

function changed<T>(list: readonly T[], { how, where, what }: Change, make: (what: number) => T, other: readonly T[]) {
  const place = where % Math.max(list.length, 1);
  switch (how) {
    case "cut":
      return list.slice(0, place);
    case "extend":
      return [...list, make(what)];
    case "replace":
      return list.map((one, index) => (index === place ? make(what) : one));
    case "insert":
      return list.toSpliced(place, 0, make(what));
    case "other":
      return other;
  }
}

const numRuns = 10_000;

function check<Form>(
  { values, encode, decode }: Codec<Form, unknown>,
  disturb: (form: Form, change: Change, other: Form) => Form,
  others: fc.Arbitrary<Form>,
) {
  let refused = 0;
  fc.assert(
    fc.property(values, change, others, (value, how, other) => {
      const form = encode(value);
      expect(decode(form)).toEqual({ ok: true, value });
      // Whatever is accepted is the only form of what it says.
      const disturbed = disturb(form, how, other);
      const decoded = decode(disturbed);
      if (!decoded.ok) {
        refused++;
        return;
      }
      expect(encode(decoded.value)).toEqual(disturbed);
    }),
    { numRuns },
  );
  return refused;
}

describe("10,000 cases of each decoder: never throws, reads what was written, accepts one form of each value only", () => {
  it.each(binary)("$name", (one) => {
    const disturb = (form: Uint8Array, how: Change, other: Uint8Array) =>
      Uint8Array.from(changed([...form], how, (what) => what, [...other]));
    expect(check(one, disturb, any(120))).toBeGreaterThan(0);
  });

  it.each(textual)("$name", (one) => {
    const disturb = (form: string, how: Change, other: string) =>
      changed([...form], how, (what) => String.fromCharCode(what), [...other]).join("");
    expect(check(one, disturb, fc.string({ unit: "binary", maxLength: 60 }))).toBeGreaterThan(0);
  });

  it("handshake header, with anything behind it", () => {
    const step = fc.constantFrom(...Object.values(wire.Step));
    fc.assert(
      fc.property(fc.record({ exch: exactly(16), step, at: u64 }), change, any(60), (header, how, other) => {
        const form = wire.encodeHandshakeHeader(header);
        expect(wire.decodeHandshakeHeader(form)).toEqual({ ok: true, value: header });
        const disturbed = Uint8Array.from(changed([...form], how, (what) => what, [...other]));
        const decoded = wire.decodeHandshakeHeader(disturbed);
        if (decoded.ok) {
          expect(wire.encodeHandshakeHeader(decoded.value)).toEqual(disturbed.slice(0, wire.HEADER_LENGTH));
        }
      }),
      { numRuns },
    );
  });
});
