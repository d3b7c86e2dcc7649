import { createRequire } from "node:module";
import { createHandshake, portableBackend } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { sodiumBackend } from "@countersign/noise/sodium";
import type { Comparison, Subject } from "../measure.ts";
import { libp2pCrypto, libp2pProtocol } from "./libp2p.ts";
import { noiseCHandshake } from "./noise-c.ts";
import { nodeFloor, sodiumFloor } from "./xx-floors.ts";

const require = createRequire(import.meta.url);
const empty = new Uint8Array(0);

function ours(name: string, backend: typeof portableBackend, psks: readonly Uint8Array[] = []): Subject {
  const [i, r] = [backend.dh.generateKeyPair(), backend.dh.generateKeyPair()];
  const pattern = psks.length > 0 ? "XXpsk3" : "XX";
  return {
    name,
    run() {
      const common = { protocol: `Noise_${pattern}_25519_ChaChaPoly_SHA256`, prologue: empty, psks, backend };
      const I = createHandshake({ ...common, initiator: true, s: i });
      const R = createHandshake({ ...common, initiator: false, s: r });
      if (!R.readMessage(I.writeMessage(empty)).ok) throw new Error("message 1");
      if (!I.readMessage(R.writeMessage(empty)).ok) throw new Error("message 2");
      if (!R.readMessage(I.writeMessage(empty)).ok) throw new Error("message 3");
      I.split();
      R.split();
    },
  };
}

async function libp2pNoise(): Promise<Subject> {
  const { XXHandshakeState } = await libp2pProtocol();
  const crypto = await libp2pCrypto();
  const [i, r] = [crypto.generateKeypair(), crypto.generateKeypair()];
  const init = { crypto, protocolName: "Noise_XX_25519_ChaChaPoly_SHA256", prologue: empty };
  return {
    name: "@chainsafe/libp2p-noise",
    run() {
      const I = new XXHandshakeState({ ...init, initiator: true, s: i });
      const R = new XXHandshakeState({ ...init, initiator: false, s: r });
      R.readMessageA(I.writeMessageA(empty));
      I.readMessageB(R.writeMessageB(empty));
      R.readMessageC(I.writeMessageC(empty));
      I.ss.split();
      R.ss.split();
    },
  };
}

function noiseHandshake(): Subject {
  const Noise = require("noise-handshake");
  const curve = require("noise-handshake/dh");
  const [i, r] = [curve.generateKeyPair(), curve.generateKeyPair()];
  return {
    name: "noise-handshake (sodium-native, BLAKE2b)",
    run() {
      const I = new Noise("XX", true, i);
      const R = new Noise("XX", false, r);
      I.initialise(empty);
      R.initialise(empty);
      R.recv(I.send());
      I.recv(R.send());
      R.recv(I.send());
    },
  };
}

function noiseProtocol(): Subject {
  const noise = require("noise-protocol");
  const [i, r] = [noise.keygen(), noise.keygen()];
  const buffer = new Uint8Array(256);
  const payload = new Uint8Array(64);
  return {
    name: "noise-protocol (sodium-universal, BLAKE2b)",
    run() {
      const I = noise.initialize("XX", true, empty, i);
      const R = noise.initialize("XX", false, empty, r);
      for (const [from, to] of [
        [I, R],
        [R, I],
        [I, R],
      ]) {
        noise.writeMessage(from, empty, buffer);
        noise.readMessage(to, buffer.subarray(0, noise.writeMessage.bytes), payload);
      }
      noise.destroy(I);
      noise.destroy(R);
    },
  };
}

/**
 * The XX handshake, both sides on one core, empty payloads. The portable backend is measured apart: a program uses one
 * backend, and code that has seen two runs slower than code that has seen one.
 */
export async function xx(): Promise<readonly Comparison[]> {
  const peers = [await libp2pNoise(), noiseHandshake()];
  const noiseC = await noiseCHandshake();
  const psks = [new Uint8Array(32).fill(5)];
  return [
    {
      title: "XX handshake, both sides, with a native add-on",
      // noise-protocol is here alone: it locks memory that it gives back only when the event loop turns.
      subjects: [ours("@countersign/noise, sodium backend", sodiumBackend), ...peers, noiseProtocol(), sodiumFloor()],
    },
    {
      title: "what a PSK costs, sodium backend",
      subjects: [ours("XX", sodiumBackend), ours("XXpsk3", sodiumBackend, psks)],
    },
    {
      title: "XX handshake, both sides",
      subjects: [ours("@countersign/noise, Node backend", nodeBackend), ...peers, noiseC, nodeFloor(), sodiumFloor()],
    },
    {
      title: "what a PSK costs, Node backend",
      subjects: [ours("XX", nodeBackend), ours("XXpsk3", nodeBackend, psks)],
    },
    {
      title: "XX handshake, both sides, in JavaScript alone",
      subjects: [ours("@countersign/noise, portable backend", portableBackend), ...peers, noiseC],
    },
  ];
}
