import { type HandshakeState, PATTERNS, parseProtocolName } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { describe, expect, it } from "vitest";
import { ascii, BACKENDS, flipped, parties } from "./support.ts";

/** Every message of a handshake with the side that reads it, which has to read the message before it goes on. */
function* transcript(protocol: string, options: Parameters<typeof parties>[1]) {
  const { initiator, responder } = parties(protocol, options);
  while (!initiator.complete) {
    const [writer, reader] = initiator.turn === "write" ? [initiator, responder] : [responder, initiator];
    const payload = ascii("a payload");
    const message = writer.writeMessage(payload);
    yield { reader, message };
    expect(reader.readMessage(message)).toEqual({ ok: true, payload });
  }
  expect(initiator.handshakeHash).toEqual(responder.handshakeHash);
  expect(initiator.splitKeys()).toEqual(responder.splitKeys());
}

/** Everything of a HandshakeState that can be seen from outside without moving it. */
function visible(state: HandshakeState) {
  return { turn: state.turn, complete: state.complete, rs: state.rs };
}

function expectFailure(reader: HandshakeState, message: Uint8Array): void {
  const before = visible(reader);
  expect(reader.readMessage(message)).toMatchObject({ ok: false });
  expect(visible(reader)).toEqual(before);
}

describe("a failed read leaves the state as it was", () => {
  it("at every message of every pattern, without PSK and with all that it can have", () => {
    let messages = 0;
    for (const name of Object.keys(PATTERNS)) {
      const { length } = parseProtocolName(`Noise_${name}_25519_ChaChaPoly_SHA256`).pattern.messages;
      const psks = Array.from({ length: length + 1 }, (_, n) => `psk${n}`).join("+");
      for (const protocol of [`Noise_${name}_25519_ChaChaPoly_SHA256`, `Noise_${name}${psks}_25519_AESGCM_BLAKE2b`]) {
        for (const { reader, message } of transcript(protocol, { initiator: nodeBackend })) {
          // What is not encrypted has no tag that could fail; it can only be too short.
          const { length } = message;
          const isClear = message.subarray(length - 9).every((byte, i) => byte === ascii("a payload")[i]);
          expectFailure(reader, message.subarray(0, isClear ? length - 10 : length - 1));
          if (!isClear) expectFailure(reader, flipped(message, length - 1));
          expectFailure(reader, new Uint8Array(length));
          expectFailure(reader, new Uint8Array(65536));
          messages += 1;
        }
      }
    }
    expect(messages).toBe(2 * 101);
  });

  it.each(BACKENDS)("with every byte of XXpsk0 changed, and every bit on the node backend ($name)", (backend) => {
    let changes = 0;
    const bits = backend === nodeBackend ? [0, 1, 2, 3, 4, 5, 6, 7] : [7];
    for (const { reader, message } of transcript("Noise_XXpsk0_25519_ChaChaPoly_SHA256", { initiator: backend })) {
      for (let i = 0; i < message.length; i++) {
        for (const bit of bits) expectFailure(reader, flipped(message, i, bit));
        changes += bits.length;
      }
    }
    expect(changes).toBe((57 + 105 + 73) * bits.length);
  });

  it.each(BACKENDS)("with XXpsk0 cut at every length ($name)", (backend) => {
    let cuts = 0;
    for (const { reader, message } of transcript("Noise_XXpsk0_25519_ChaChaPoly_SHA256", { initiator: backend })) {
      for (let length = 0; length < message.length; length++) {
        expectFailure(reader, message.subarray(0, length));
        cuts += 1;
      }
    }
    expect(cuts).toBe(57 + 105 + 73);
  });
});
