import { generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { createHandshake } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { createA, createB, scalarFromBytes } from "@countersign/spake2";
import { nodeBackend as spake2Backend } from "@countersign/spake2/node";
import { nodeVerify } from "../../../apps/cli/src/ceremony/verify.ts";
import { cpuMs } from "./meter.ts";

/** CPU of the primitives alone, in ms: what no program round them can go below. */
export interface Floors {
  /** SPAKE2 and Noise XXpsk0, both sides of one pair. */
  readonly pair: number;
  /** Noise KKpsk0, both sides of one pair. */
  readonly link: number;
  /** To verify one statement or seal of a party (Ed25519). */
  readonly verify: number;
}

const empty = new Uint8Array(0);

/** Measures them in this process, as often as it takes to be sure. */
export function measureFloors(): Floors {
  return { pair: timeOf(pair), link: timeOf(link), verify: timeOf(verifying()) };
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

function pair(): void {
  const shared = { w: scalarFromBytes(randomBytes(48)), idA: Uint8Array.of(1), idB: Uint8Array.of(2) };
  const common = { ...shared, backend: spake2Backend };
  const a = createA({ ...common, random48: randomBytes(48) });
  const b = createB({ ...common, random48: randomBytes(48) });
  const atA = a.consumeShare(b.share);
  const atB = b.consumeShare(a.share);
  if (!atA.ok || !atB.ok) throw new Error("a share was refused");
  const confirmed = atB.verify(atA.confirmation);
  if (!confirmed.ok || !atA.verify(confirmed.confirmation).ok) throw new Error("not confirmed");
  noise("XXpsk0", 3);
}

function link(): void {
  noise("KKpsk0", 2);
}

const statics = [nodeBackend.dh.generateKeyPair(), nodeBackend.dh.generateKeyPair()] as const;

function noise(pattern: string, messages: number): void {
  const [i, r] = statics;
  const common = {
    protocol: `Noise_${pattern}_25519_ChaChaPoly_SHA256`,
    prologue: empty,
    backend: nodeBackend,
    psks: [randomBytes(32)],
  };
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

function verifying(): () => void {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const message = randomBytes(32);
  const signature = sign(null, message, privateKey);
  if (!verify(null, message, publicKey, signature)) throw new Error("not a signature");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return () => {
    if (!nodeVerify(signature, message, raw)) throw new Error("not a signature");
  };
}
