import {
  CHANNEL_OVERHEAD_3A,
  channelKeys3a,
  decryptMessage3a,
  encryptMessage3a,
  MESSAGE_OVERHEAD_3A,
  openChannelPacket3a,
  type Result3a,
  sealChannelPacket3a,
  type UnverifiedMessage3a,
  type VerifiedMessage3a,
  verifyMessage3a,
} from "@countersign/handshake/e3x";
import { portableBackend } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { concat, UsageError } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { unhex } from "../support/shared-vectors.ts";

const { dh } = portableBackend;
const random = new SeededRandom(58);
const pair = () => dh.keyPair(random.bytes(32));
const [alice, bob, eve] = [pair(), pair(), pair()];
const [ofAlice, ofBob] = [pair(), pair()];
const inner = random.bytes(90);
const value = <T>(result: Result3a<T>): T => {
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const options = { sender: alice, ephemeral: ofAlice, recipient: bob.publicKey, nonce: random.bytes(24), inner };
const body = value(encryptMessage3a(dh, options));
const forAlice = value(
  encryptMessage3a(dh, { sender: bob, ephemeral: ofBob, recipient: alice.publicKey, nonce: random.bytes(24), inner }),
);

const smallOrder = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000080",
].map(unhex);

describe("messages of cipher set 3a", () => {
  test("are 88 bytes longer than what is in them, which may be nothing", () => {
    expect(body).toHaveLength(inner.length + MESSAGE_OVERHEAD_3A);
    const empty = value(encryptMessage3a(dh, { ...options, inner: new Uint8Array(0) }));
    expect(empty).toHaveLength(88);
    expect(value(decryptMessage3a(dh, bob, empty)).unverifiedInner).toHaveLength(0);
    expect(decryptMessage3a(dh, bob, empty.subarray(1))).toEqual({ ok: false, code: "cs3a.length" });
  });

  test("anybody can make one that decrypts; only who has the sender's key makes one that verifies", () => {
    const forged = value(encryptMessage3a(dh, { ...options, sender: eve }));
    const opened = value(decryptMessage3a(dh, bob, forged));
    expect(opened.unverifiedInner).toEqual(inner);
    const ends = { recipient: bob, sender: alice.publicKey };
    expect(verifyMessage3a(dh, opened, ends)).toEqual({ ok: false, code: "cs3a.forged" });
    expect(verifyMessage3a(dh, opened, { ...ends, sender: eve.publicKey })).toMatchObject({ ok: true });
    expect(verifyMessage3a(dh, value(decryptMessage3a(dh, bob, body)), ends)).toMatchObject({
      ok: true,
      value: { sender: alice.publicKey, ephemeral: ofAlice.publicKey, inner },
    });
  });

  test("by their types, keys of a channel come of verified messages only", () => {
    expectTypeOf<Parameters<typeof channelKeys3a>[2]>().toEqualTypeOf<VerifiedMessage3a>();
    expectTypeOf<UnverifiedMessage3a>().not.toExtend<VerifiedMessage3a>();
    // Not even what looks like one: nobody but verifyMessage3a makes them.
    expectTypeOf<{ sender: Uint8Array; ephemeral: Uint8Array; inner: Uint8Array }>().not.toExtend<VerifiedMessage3a>();
  });

  test("what is verified is what was decrypted, even if the buffer has something else by then", () => {
    const buffer = value(encryptMessage3a(dh, { ...options, sender: eve })).slice();
    const opened = value(decryptMessage3a(dh, bob, buffer));
    buffer.set(body);
    const ends = { recipient: bob, sender: alice.publicKey };
    expect(verifyMessage3a(dh, opened, ends)).toEqual({ ok: false, code: "cs3a.forged" });
  });

  test("are for their recipient only", () => {
    expect(decryptMessage3a(dh, eve, body)).toEqual({ ok: false, code: "cs3a.forged" });
    expect(decryptMessage3a(dh, alice, body)).toEqual({ ok: false, code: "cs3a.forged" });
  });

  test("keys of small order are refused wherever they come from", () => {
    const refused = { ok: false, code: "cs3a.small-order" };
    const opened = value(decryptMessage3a(dh, bob, body));
    for (const key of smallOrder) {
      expect(decryptMessage3a(dh, bob, concat(key, body.subarray(32)))).toEqual(refused);
      expect(encryptMessage3a(dh, { ...options, recipient: key })).toEqual(refused);
      expect(verifyMessage3a(dh, opened, { recipient: bob, sender: key })).toEqual(refused);
    }
  });

  test("keys of another length are refused, nonces of another length are a wrong call", () => {
    const opened = value(decryptMessage3a(dh, bob, body));
    for (const length of [0, 31, 33]) {
      const key = new Uint8Array(length).fill(9);
      expect(encryptMessage3a(dh, { ...options, recipient: key })).toEqual({ ok: false, code: "cs3a.length" });
      expect(verifyMessage3a(dh, opened, { recipient: bob, sender: key })).toEqual({ ok: false, code: "cs3a.length" });
      expect(() => encryptMessage3a(dh, { ...options, nonce: key })).toThrow(UsageError);
    }
  });

  test("not one bit can be changed, and nothing cut off or added", () => {
    const ends = { recipient: bob, sender: alice.publicKey };
    const accepts = (bytes: Uint8Array) => {
      const opened = decryptMessage3a(dh, bob, bytes);
      return opened.ok && verifyMessage3a(dh, opened.value, ends).ok;
    };
    expect(accepts(body)).toBe(true);
    for (let index = 0; index < body.length; index++) {
      const bit = 1 << (index % 8);
      expect(accepts(body.with(index, (body[index] as number) ^ bit))).toBe(false);
    }
    for (let length = 0; length < body.length; length += 7) expect(accepts(body.subarray(0, length))).toBe(false);
    expect(accepts(concat(body, Uint8Array.of(0)))).toBe(false);
    // X25519 ignores the topmost bit of KEY, AUTH does not.
    expect(decryptMessage3a(dh, bob, body.with(31, (body[31] as number) ^ 0x80))).toMatchObject({ ok: true });
    expect(accepts(body.with(31, (body[31] as number) ^ 0x80))).toBe(false);
  });
});

describe("channel packets of cipher set 3a", () => {
  const verified = (to: typeof alice, from: typeof alice, bytes: Uint8Array) =>
    value(verifyMessage3a(dh, value(decryptMessage3a(dh, to, bytes)), { recipient: to, sender: from.publicKey }));
  const atAlice = value(channelKeys3a(dh, ofAlice, verified(alice, bob, forAlice)));
  const atBob = value(channelKeys3a(dh, ofBob, verified(bob, alice, body)));
  const packet = sealChannelPacket3a({ keys: atAlice, nonce: random.bytes(24), inner });

  test("are 56 bytes longer than what is in them, and open at the other end only", () => {
    expect(packet).toHaveLength(inner.length + CHANNEL_OVERHEAD_3A);
    expect(openChannelPacket3a(atBob, packet)).toEqual({ ok: true, value: inner });
    expect(openChannelPacket3a(atAlice, packet)).toEqual({ ok: false, code: "cs3a.token" });
    const reflected = concat(atAlice.receiveToken, packet.subarray(16));
    expect(openChannelPacket3a(atAlice, reflected)).toEqual({ ok: false, code: "cs3a.forged" });
    expect(openChannelPacket3a(atBob, packet.subarray(0, 55))).toEqual({ ok: false, code: "cs3a.length" });
    const wrong = { keys: atAlice, nonce: new Uint8Array(23), inner };
    expect(() => sealChannelPacket3a(wrong)).toThrow(UsageError);
  });

  test("not one bit can be changed", () => {
    for (let bit = 0; bit < 8 * packet.length; bit++) {
      const index = bit >> 3;
      const changed = packet.with(index, (packet[index] as number) ^ (1 << (bit & 7)));
      expect(openChannelPacket3a(atBob, changed).ok).toBe(false);
    }
  });

  test("10,000 packets of any bytes never throw and never open; those that were sealed do", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.uint8Array({ minLength: 24, maxLength: 24 }), (any, nonce) => {
        expect(openChannelPacket3a(atBob, any).ok).toBe(false);
        expect(openChannelPacket3a(atBob, concat(atBob.receiveToken, any)).ok).toBe(false);
        const sealed = sealChannelPacket3a({ keys: atBob, nonce, inner: any });
        expect(openChannelPacket3a(atAlice, sealed)).toEqual({ ok: true, value: any });
      }),
      { numRuns: 10_000 },
    );
  });
});

test("10,000 messages of any bytes never throw and never decrypt", () => {
  // Without scalar multiplications, which would be what takes the time: what is tested is what is done with the bytes.
  const cheap = { ...dh, dh: (_: unknown, key: Uint8Array) => (key[0] === 0 ? undefined : key.slice()) };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
      const opened = decryptMessage3a(cheap, bob, any);
      expect(opened.ok).toBe(false);
      expect(any.length >= 88 || (!opened.ok && opened.code === "cs3a.length")).toBe(true);
    }),
    { numRuns: 10_000 },
  );
});
