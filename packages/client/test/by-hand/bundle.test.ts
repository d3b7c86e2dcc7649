import { SeededRandom } from "@countersign/testkit";
import { concat, equalBytes, u32 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { type Bundle, decodeBundle, encodeBundle, MOST_BUNDLE } from "../../src/by-hand/bundle.ts";

const random = new SeededRandom(3);
const bundle: Bundle = {
  from: {
    parameters: {
      group: random.bytes(16),
      session: random.bytes(16),
      kind: "exchange",
      parties: 2,
      threshold: 2,
    },
    number: 1,
    eid: random.bytes(32),
    versions: Uint8Array.of(1),
  },
  life: random.bytes(8),
  asks: true,
  seen: { life: random.bytes(8), count: 7 },
  first: 3,
  packets: [Uint8Array.of(1, 2, 3), new Uint8Array(0), random.bytes(400)],
};
const bytes = encodeBundle(bundle);
const signed = (body: Uint8Array) => concat(body, sha256(body).subarray(0, 8));
const changed = (offset: number, ...values: readonly number[]) => {
  const body = bytes.slice(0, -8);
  body.set(values, offset);
  return signed(body);
};

describe("packets on their way by hand", () => {
  test("say the same when they are read", () => {
    expect(decodeBundle(bytes)).toEqual({ ok: true, value: bundle });
    const first = { ...bundle, asks: false, seen: undefined, first: 1, packets: [] };
    expect(decodeBundle(encodeBundle(first))).toEqual({ ok: true, value: first });
  });

  test("begin with their name and version, then who sends them, as the specification has it", () => {
    expect([...bytes.subarray(0, 4)]).toEqual([0x43, 0x53, 0x48, 0x01]);
    expect(bytes.subarray(4, 20)).toEqual(bundle.from.parameters.group);
    expect(bytes.subarray(20, 36)).toEqual(bundle.from.parameters.session);
    expect([...bytes.subarray(36, 43)]).toEqual([3, 0, 2, 0, 2, 0, 1]);
    expect(bytes.subarray(43, 75)).toEqual(bundle.from.eid);
    expect([...bytes.subarray(75, 78)]).toEqual([0, 1, 1]);
    expect(bytes.subarray(78, 86)).toEqual(bundle.life);
    expect(bytes[86]).toBe(1);
    expect(bytes.subarray(87, 95)).toEqual(bundle.seen?.life);
    expect([...bytes.subarray(95, 105)]).toEqual([0, 0, 0, 7, 0, 0, 0, 3, 0, 3]);
    expect([...bytes.subarray(105, 112)]).toEqual([0, 0, 0, 3, 1, 2, 3]);
  });

  test("are refused when anything of them is missing, changed or too much", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeBundle(bytes.subarray(0, length)).ok, `${length} bytes`).toBe(false);
    }
    for (let offset = 0; offset < bytes.length; offset++) {
      const other = bytes.slice();
      other[offset] = (other[offset] ?? 0) ^ 1;
      expect(decodeBundle(other).ok, `byte ${offset}`).toBe(false);
    }
    expect(decodeBundle(new Uint8Array(MOST_BUNDLE + 1))).toMatchObject({ code: "wire.too-long" });
    expect(decodeBundle(changed(3, 2))).toMatchObject({ code: "wire.unknown-version" });
  });

  test("are refused where their lengths and counts contradict each other, whoever made the checksum", () => {
    for (const wrong of [
      changed(36, 0),
      changed(36, 4),
      changed(86, 2),
      changed(75, 0xff, 0xff),
      changed(75, 0, 200),
      changed(103, 0, 2),
      changed(103, 0, 4),
      changed(103, 0xff, 0xff),
      changed(105, 0xff, 0xff, 0xff, 0xff),
      signed(concat(bytes.slice(0, -8), u32(0))),
      signed(bytes.slice(0, 105)),
    ]) {
      expect(decodeBundle(wrong)).toMatchObject({ ok: false, code: "wire.malformed" });
    }
  });

  test("never make the reader throw", () => {
    for (let n = 0; n < 2_000; n++) {
      const body = n % 2 === 0 ? random.bytes(random.integer(300)) : bytes.slice(0, random.integer(bytes.length));
      if (n % 4 > 1) body.set(bytes.subarray(0, Math.min(4, body.length)));
      const decoded = decodeBundle(signed(body));
      if (decoded.ok) expect(equalBytes(encodeBundle(decoded.value), signed(body))).toBe(true);
    }
  });
});
