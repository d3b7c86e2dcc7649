import { CipherState, createHandshake, NoiseUsageError, PATTERNS, parseProtocolName } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ascii, flipped, parties } from "./support.ts";

/** A side that is about to read, and the message that it waits for. */
function waiting(protocol: string, stage: number) {
  const { initiator, responder } = parties(protocol, { initiator: nodeBackend });
  for (let i = 0; ; i++) {
    const [writer, reader] = initiator.turn === "write" ? [initiator, responder] : [responder, initiator];
    const message = writer.writeMessage(ascii("a payload"));
    if (i === stage) return { reader, message };
    reader.readMessage(message);
  }
}

/** Random bytes, or the genuine message changed, cut, extended or taken twice. */
const mutation = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((random) => () => random),
  fc.tuple(fc.nat(), fc.nat(7)).map(
    ([at, bit]) =>
      (m: Uint8Array) =>
        flipped(m, at % m.length, bit),
  ),
  fc.nat().map((length) => (m: Uint8Array) => m.subarray(0, length % m.length)),
  fc.uint8Array({ minLength: 1, maxLength: 64 }).map((more) => (m: Uint8Array) => Uint8Array.of(...m, ...more)),
  fc.nat().map((start) => (m: Uint8Array) => m.subarray(start % m.length)),
  fc.constant((m: Uint8Array) => Uint8Array.of(...m, ...m)),
);

const STAGES = Object.keys(PATTERNS).flatMap((name) =>
  ["", "psk0"].flatMap((modifier) => {
    const protocol = `Noise_${name}${modifier}_25519_ChaChaPoly_SHA256`;
    return parseProtocolName(protocol).pattern.messages.map((_, stage) => ({ protocol, stage }));
  }),
);

describe("whatever arrives", () => {
  it("never makes readMessage throw: 10,000 messages over every message of every pattern", () => {
    const targets = STAGES.map(({ protocol, stage }) => waiting(protocol, stage));
    const counted = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.nat(STAGES.length - 1), mutation, (index, mutate) => {
        const { protocol, stage } = STAGES[index] ?? { protocol: "", stage: 0 };
        const { reader, message } = targets[index] ?? waiting(protocol, stage);
        const result = reader.readMessage(mutate(message));
        counted[result.ok ? "read" : "refused"] += 1;
        // What was read moved the reader on, as it may where nothing is encrypted yet.
        if (result.ok) targets[index] = waiting(protocol, stage);
        else expect(result.code).toMatch(/^noise\./);
      }),
      { numRuns: 10_000 },
    );
    expect(counted.read + counted.refused).toBe(10_000);
    expect(counted.refused).toBeGreaterThan(5_000);
    for (const { reader, message } of targets) expect(reader.readMessage(message)).toMatchObject({ ok: true });
  });

  it("never makes decryptWithAd or open throw, and is never taken for genuine", () => {
    const cipher = nodeBackend.cipher("ChaChaPoly");
    const k = new Uint8Array(32).fill(1);
    const [ad, key, recipient] = [ascii("ad"), cipher.importKey(k), new CipherState(cipher, k)];
    const genuine = key.seal(0, ad, ascii("a payload"));
    fc.assert(
      fc.property(mutation, fc.bigInt(0n, 2n ** 64n - 1n), (mutate, n) => {
        const message = mutate(genuine);
        const isGenuine = message.length === genuine.length && message.every((byte, i) => byte === genuine[i]);
        expect(key.open(n, ad, message) !== undefined).toBe(isGenuine && n === 0n);
        recipient.setNonce(n);
        expect(recipient.decryptWithAd(ad, message).ok).toBe(isGenuine && n === 0n);
      }),
      { numRuns: 10_000 },
    );
  });

  it("a protocol name makes createHandshake throw nothing but NoiseUsageError", () => {
    const part = fc.constantFrom(
      "Noise",
      "XX",
      "psk0",
      "+",
      "_",
      "25519",
      "AESGCM",
      "SHA256",
      "fallback",
      "__proto__",
      "1",
    );
    const name = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
    );
    let refused = 0;
    fc.assert(
      fc.property(name, (protocol) => {
        try {
          createHandshake({ protocol, initiator: true });
        } catch (error) {
          if (!(error instanceof NoiseUsageError)) throw error;
          refused += 1;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(refused).toBe(2_000);
  });
});
