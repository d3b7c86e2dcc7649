import { type Backend, createHandshake, type HandshakeState, parseProtocolName } from "@countersign/noise";
import { describe, expect, it } from "vitest";

import { sharedVectors } from "./shared-vectors.ts";
import { BACKENDS, bytes, hex, ZEROLEN } from "./support.ts";

interface Vector {
  readonly protocol_name: string;
  readonly init_prologue: string;
  readonly init_psks?: readonly string[];
  readonly init_static?: string;
  readonly init_ephemeral: string;
  readonly init_remote_static?: string;
  readonly resp_prologue: string;
  readonly resp_psks?: readonly string[];
  readonly resp_static?: string;
  readonly resp_ephemeral?: string;
  readonly resp_remote_static?: string;
  readonly handshake_hash?: string;
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

/** How many vectors of each file are of functions that this package has; 448 is not one of them. */
const FILES = [
  { file: "noise/cacophony.txt", vectors: 472, hashes: 472, messages: 2832 },
  { file: "noise/snow.txt", vectors: 408, hashes: 0, messages: 1856 },
] as const;

for (const { file, ...expected } of FILES) {
  const published = sharedVectors<{ vectors: readonly Vector[] }>(file)?.vectors;
  describe.skipIf(published === undefined)(`${file} of the shared vectors (skipped where they are missing)`, () => {
    for (const backend of BACKENDS) {
      it(`passes on the ${backend.name} backend`, () => {
        const counted = { vectors: 0, hashes: 0, messages: 0 };
        for (const vector of published ?? []) {
          if (!vector.protocol_name.includes("_25519_")) continue;
          run(vector, backend);
          counted.vectors += 1;
          counted.hashes += vector.handshake_hash === undefined ? 0 : 1;
          counted.messages += vector.messages.length;
        }
        expect(counted).toEqual(expected);
      });
    }
  });
}

function run(vector: Vector, backend: Backend): void {
  const name = vector.protocol_name;
  const initiator = party(vector, backend, true);
  const responder = party(vector, backend, false);
  const { length } = parseProtocolName(name).pattern.messages;
  const [handshake, transport] = [vector.messages.slice(0, length), vector.messages.slice(length)];
  expect(handshake, name).toHaveLength(length);

  handshake.forEach(({ payload, ciphertext }, i) => {
    const [writer, reader] = i % 2 === 0 ? [initiator, responder] : [responder, initiator];
    const message = writer.writeMessage(bytes(payload));
    expect(hex(message), `${name}, message ${i}`).toBe(ciphertext);
    expect(reader.readMessage(message), `${name}, message ${i}`).toEqual({ ok: true, payload: bytes(payload) });
  });
  for (const side of [initiator, responder]) {
    if (vector.handshake_hash !== undefined) expect(hex(side.handshakeHash), name).toBe(vector.handshake_hash);
  }

  const [ours, theirs] = [initiator.split(), responder.split()];
  expect(ours.exporter).toEqual(theirs.exporter);
  transport.forEach(({ payload, ciphertext }, i) => {
    const direction = length === 1 || (length + i) % 2 === 0 ? "initiatorToResponder" : "responderToInitiator";
    const [writer, reader] = direction === "initiatorToResponder" ? [ours, theirs] : [theirs, ours];
    const message = writer[direction].encryptWithAd(ZEROLEN, bytes(payload));
    expect(hex(message), `${name}, transport ${i}`).toBe(ciphertext);
    const plaintext = reader[direction].decryptWithAd(ZEROLEN, message);
    expect(plaintext, `${name}, transport ${i}`).toEqual({ ok: true, plaintext: bytes(payload) });
  });
}

function party(vector: Vector, backend: Backend, initiator: boolean): HandshakeState {
  const side = initiator ? "init" : "resp";
  const keyPair = (text: string | undefined) => (text === undefined ? undefined : backend.dh.keyPair(bytes(text)));
  const rs = vector[`${side}_remote_static`];
  // snow gives an ephemeral key to recipients of one-way patterns too, who have no use for it.
  const isRecipient = !initiator && /^Noise_[NKX](psk[01])?_/.test(vector.protocol_name);
  return createHandshake({
    protocol: vector.protocol_name,
    initiator,
    backend,
    prologue: bytes(vector[`${side}_prologue`]),
    s: keyPair(vector[`${side}_static`]),
    e: keyPair(isRecipient ? undefined : vector[`${side}_ephemeral`]),
    rs: rs === undefined ? undefined : bytes(rs),
    psks: vector[`${side}_psks`]?.map(bytes),
  });
}
