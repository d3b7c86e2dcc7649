import { cloak, uncloak } from "@countersign/handshake/e3x";
import { SeededRandom } from "@countersign/testkit";
import {
  concat,
  decodeLob,
  encodeHex,
  encodeLob,
  limits,
  readLobHead,
  UsageError,
  writeLobHead,
} from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unhex } from "../support/shared-vectors.ts";

// telehash's own example.
const cloaked = unhex(
  "b8921a332948eedec882b3102aa9d6de8688d73a195b0cab64bbf61f5c6805df85e901c1fb774046f46a43ba5440a5cad24eb486",
);
const packet = encodeLob({ head: writeLobHead({ test: "cloaked" }), body: new Uint8Array(0) });
const usage = (code: string) => expect.toSatisfy((error) => error instanceof UsageError && error.code === code);

/** How often it was cloaked, -1 if it cannot be opened. */
function roundsOf(bytes: Uint8Array): number {
  const uncloaked = uncloak(bytes);
  return uncloaked.ok ? uncloaked.value.rounds : -1;
}

describe("cloaking", () => {
  test("telehash's own example, opened and made again", () => {
    const uncloaked = uncloak(cloaked);
    if (!uncloaked.ok) throw new Error(uncloaked.code);
    const lob = decodeLob(uncloaked.value.packet);
    expect(lob.ok && readLobHead(lob.value.head)).toMatchObject({ type: "json", json: { test: "cloaked" } });
    expect(roundsOf(cloaked)).toBe((cloaked.length - uncloaked.value.packet.length) / 8);

    // The nonces of all rounds, innermost first, as the example has them.
    const nonces = nonceChain(cloaked);
    expect(
      encodeHex(
        cloak(uncloaked.value.packet, { randomBytes: () => nonces.shift() as Uint8Array, rounds: nonces.length }),
      ),
    ).toBe(encodeHex(cloaked));
  });

  test("a packet that begins with zero wears no cloak", () => {
    expect(uncloak(packet)).toEqual({ ok: true, value: { packet, rounds: 0 } });
  });

  test("each round adds eight bytes, and the nonce never begins with zero", () => {
    const random = new SeededRandom(1);
    for (let rounds = 1; rounds <= 32; rounds++) {
      const bytes = cloak(packet, { randomBytes: (length) => random.bytes(length), rounds });
      expect(bytes).toHaveLength(packet.length + 8 * rounds);
      expect(uncloak(bytes)).toEqual({ ok: true, value: { packet, rounds } });
    }
    const drawn = [unhex("0011223344556677"), unhex("0111223344556677")];
    const bytes = cloak(packet, { randomBytes: () => drawn.shift() as Uint8Array });
    expect(encodeHex(bytes.subarray(0, 8))).toBe("0111223344556677");
  });

  test("wrong calls throw", () => {
    const randomBytes = (length: number) => new Uint8Array(length).fill(1);
    const wide = encodeLob({ head: new Uint8Array(256), body: new Uint8Array(0) });
    expect(() => cloak(wide, { randomBytes })).toThrow(usage("usage.not-cloakable"));
    expect(() => cloak(new Uint8Array(0), { randomBytes })).toThrow(usage("usage.not-cloakable"));
    for (const rounds of [0, 33, 1.5]) {
      expect(() => cloak(packet, { randomBytes, rounds })).toThrow(usage("usage.out-of-range"));
    }
    expect(() => cloak(packet, { randomBytes: () => new Uint8Array(7) })).toThrow(usage("usage.length"));
    expect(() => cloak(packet, { randomBytes: () => new Uint8Array(8) })).toThrow(usage("usage.random-bytes"));
  });

  test("what is no packet is refused, whatever it costs to find out being bounded", () => {
    expect(uncloak(new Uint8Array(0))).toMatchObject({ ok: false, code: "wire.truncated" });
    expect(uncloak(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))).toMatchObject({ ok: false, code: "wire.truncated" });
    const randomBytes = (length: number) => new Uint8Array(length).fill(1);
    const most = cloak(packet, { randomBytes, rounds: 32 });
    expect(uncloak(most)).toMatchObject({ ok: true });
    // One round more, by hand: the innermost of a cloak of a cloak.
    const shell = uncloak(concat(Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1), keystreamed(most)));
    expect(shell).toMatchObject({ ok: false, code: "wire.too-long" });
    const large = new Uint8Array(limits.lobPacket + 8 * 32 + 1).fill(1);
    expect(uncloak(large)).toMatchObject({ ok: false, code: "wire.too-long" });
  });

  test("10,000 packets: what was cloaked comes out, and nothing throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (body, rounds, seed) => {
        uncloak(body);
        const plain = concat(Uint8Array.of(0), body);
        const random = new SeededRandom(seed);
        const bytes = cloak(plain, { randomBytes: (length) => random.bytes(length), rounds });
        expect(bytes[0]).not.toBe(0);
        expect(uncloak(bytes)).toEqual({ ok: true, value: { packet: plain, rounds } });
      }),
      { numRuns: 10_000 },
    );
  });
});

/** What ChaCha20 under the nonce 01…01 makes of these bytes: found by cloaking zeros, since cloaking is an XOR. */
function keystreamed(bytes: Uint8Array): Uint8Array {
  const zeros = new Uint8Array(bytes.length);
  const stream = cloak(zeros, { randomBytes: (length) => new Uint8Array(length).fill(1) }).subarray(8);
  return bytes.map((byte, index) => byte ^ (stream[index] as number));
}

/** The nonces of all rounds, innermost first. */
function nonceChain(bytes: Uint8Array): Uint8Array[] {
  const nonces: Uint8Array[] = [];
  let rest = bytes;
  while (rest[0] !== 0) {
    const nonce = rest.slice(0, 8);
    nonces.unshift(nonce);
    const zeros = new Uint8Array(rest.length - 8);
    const stream = cloak(zeros, { randomBytes: () => nonce }).subarray(8);
    rest = rest.slice(8).map((byte, index) => byte ^ (stream[index] as number));
  }
  return nonces;
}
