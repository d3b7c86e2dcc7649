import {
  type Backend,
  createHandshake,
  type HandshakeOptions,
  type HandshakeState,
  NoiseUsageError,
  parseProtocolName,
  portableBackend,
  type RandomBytes,
} from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { sodiumBackend } from "@countersign/noise/sodium";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { expect } from "vitest";

export const BACKENDS: readonly Backend[] = [portableBackend, nodeBackend, sodiumBackend];

export const ZEROLEN = new Uint8Array(0);

/** Bytes of a hexadecimal text. */
export const bytes = (text: string): Uint8Array => hexToBytes(text);

/** The hexadecimal text of bytes. */
export const hex = (value: Uint8Array): string => bytesToHex(value);

/** Bytes of an ASCII text. */
export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A copy with one bit of it changed; by default the lowest one of a byte. */
export function flipped(message: Uint8Array, index: number, bit = 0): Uint8Array {
  return message.map((byte, i) => (i === index ? byte ^ (1 << bit) : byte));
}

/** Random bytes that are the same in every run. */
export function seeded(seed: string): RandomBytes {
  let counter = 0;
  return (length) => {
    const output = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += 32) {
      output.set(sha256(ascii(`${seed} ${counter++}`)).subarray(0, length - offset), offset);
    }
    return output;
  };
}

/** Two parties of a handshake that fit each other, with all the keys that the pattern asks for. */
export function parties(
  protocol: string,
  {
    initiator = portableBackend,
    responder = initiator,
    seed = protocol,
    prologue = ascii("prologue"),
  }: {
    readonly initiator?: Backend;
    readonly responder?: Backend;
    readonly seed?: string;
    readonly prologue?: Uint8Array;
  } = {},
): { readonly initiator: HandshakeState; readonly responder: HandshakeState } {
  const randomBytes = seeded(seed);
  const { preMessages, messages } = parseProtocolName(protocol).pattern;
  const sent = (parity: number) => messages.filter((_, i) => i % 2 === parity).flat();
  const [knownOfI, knownOfR] = [preMessages.initiator, preMessages.responder];
  const uses = (key: "e" | "s", known: readonly string[], parity: number) =>
    known.includes(key) || (key === "s" && sent(parity).includes("s"));
  const [sI, sR] = [initiator.dh.generateKeyPair(randomBytes), responder.dh.generateKeyPair(randomBytes)];
  const [eI, eR] = [initiator.dh.generateKeyPair(randomBytes), responder.dh.generateKeyPair(randomBytes)];
  const pskTokens = messages.flat().filter((token) => token === "psk").length;
  const common = { protocol, prologue, psks: Array.from({ length: pskTokens }, () => randomBytes(32)), randomBytes };
  const ofInitiator: HandshakeOptions = {
    ...common,
    initiator: true,
    backend: initiator,
    s: uses("s", knownOfI, 0) ? sI : undefined,
    e: uses("e", knownOfI, 0) ? eI : undefined,
    rs: knownOfR.includes("s") ? sR.publicKey : undefined,
    re: knownOfR.includes("e") ? eR.publicKey : undefined,
  };
  const ofResponder: HandshakeOptions = {
    ...common,
    initiator: false,
    backend: responder,
    s: uses("s", knownOfR, 1) ? sR : undefined,
    e: uses("e", knownOfR, 1) ? eR : undefined,
    rs: knownOfI.includes("s") ? sI.publicKey : undefined,
    re: knownOfI.includes("e") ? eI.publicKey : undefined,
  };
  return { initiator: createHandshake(ofInitiator), responder: createHandshake(ofResponder) };
}

/** The code of the NoiseUsageError that a call throws. */
export function usageCode(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof NoiseUsageError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

/** Runs the messages that are left of a handshake, each with a payload of its own. */
export function run(initiator: HandshakeState, responder: HandshakeState): void {
  for (let i = 0; !initiator.complete; i++) {
    const [writer, reader] = initiator.turn === "write" ? [initiator, responder] : [responder, initiator];
    const payload = ascii(`payload ${i}`);
    expect(reader.readMessage(writer.writeMessage(payload))).toEqual({ ok: true, payload });
  }
  expect(responder.complete).toBe(true);
}
