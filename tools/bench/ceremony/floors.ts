import { generateKeyPairSync, randomBytes } from "node:crypto";
import { type Backend, createHandshake, type KeyPair } from "@countersign/noise";
import { createA, createB, scalarFromBytes } from "@countersign/spake2";
import { nodeBackend as spake2Backend } from "@countersign/spake2/node";
import { nodeSigner } from "../../../apps/cli/src/ceremony/sign.ts";
import { nodeVerify } from "../../../apps/cli/src/ceremony/verify.ts";
import { cpuMs } from "./meter.ts";

/** CPU of the primitives alone, in ms: what no program round them can go below. */
export interface Floors {
  /** SPAKE2 and Noise XXpsk0, both sides of one pair. */
  readonly pair: number;
  /** Noise KKpsk0, both sides of one pair. */
  readonly link: number;
  /** To sign one statement or seal of a party, and to verify it (Ed25519). */
  readonly sign: number;
  readonly verify: number;
}

const empty = new Uint8Array(0);

/** Measures them in this process, as often as it takes to be sure. */
export function measureFloors(backend: Backend): Floors {
  const statics = [backend.dh.generateKeyPair(), backend.dh.generateKeyPair()] as const;
  const noise = (pattern: string, messages: number) => runNoise({ backend, statics, pattern, messages });
  const { sign, verify } = signature();
  const pair = () => {
    spake2();
    noise("XXpsk0", 3);
  };
  return { pair: timeOf(pair), link: timeOf(() => noise("KKpsk0", 2)), sign: timeOf(sign), verify: timeOf(verify) };
}

function timeOf(run: () => void): number {
  for (let i = 0; i < 20; i++) run();
  const begun = cpuMs();
  let count = 0;
  do {
    run();
    count++;
  } while (cpuMs() - begun < 500);
  return (cpuMs() - begun) / count;
}

function spake2(): void {
  const shared = { w: scalarFromBytes(randomBytes(48)), idA: Uint8Array.of(1), idB: Uint8Array.of(2) };
  const common = { ...shared, backend: spake2Backend };
  const a = createA({ ...common, random48: randomBytes(48) });
  const b = createB({ ...common, random48: randomBytes(48) });
  const atA = a.consumeShare(b.share);
  const atB = b.consumeShare(a.share);
  if (!atA.ok || !atB.ok) throw new Error("a share was refused");
  const confirmed = atB.verify(atA.confirmation);
  if (!confirmed.ok || !atA.verify(confirmed.confirmation).ok) throw new Error("not confirmed");
}

interface NoiseRun {
  readonly backend: Backend;
  readonly statics: readonly [KeyPair, KeyPair];
  readonly pattern: string;
  readonly messages: number;
}

function runNoise({ backend, statics: [i, r], pattern, messages }: NoiseRun): void {
  const protocol = `Noise_${pattern}_25519_ChaChaPoly_SHA256`;
  const common = { protocol, prologue: empty, backend, psks: [randomBytes(32)] };
  const known = pattern.startsWith("KK");
  const I = createHandshake({ ...common, initiator: true, s: i, ...(known && { rs: r.publicKey }) });
  const R = createHandshake({ ...common, initiator: false, s: r, ...(known && { rs: i.publicKey }) });
  for (let message = 0; message < messages; message++) {
    const [from, to] = message % 2 === 0 ? [I, R] : [R, I];
    if (!to.readMessage(from.writeMessage(empty)).ok) throw new Error("a message was refused");
  }
  I.split();
  R.split();
}

function signature() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const rawPublic = new Uint8Array(publicKey.export({ type: "spki", format: "der" }).subarray(-32));
  const rawSecret = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }).subarray(-32));
  const sign = nodeSigner({ ed25519: { publicKey: rawPublic, secretKey: rawSecret } });
  const message = randomBytes(32);
  const signed = sign(message);
  const verify = () => {
    if (!nodeVerify(signed, message, rawPublic)) throw new Error("not a signature");
  };
  return { sign: () => void sign(message), verify };
}
