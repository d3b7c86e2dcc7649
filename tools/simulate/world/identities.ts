import { type FullIdentity, generateIdentity } from "@countersign/client";
import type { Backend } from "@countersign/noise";
import type { SeededRandom } from "@countersign/testkit";
import { utf8 } from "@countersign/wire";
import type { Signer } from "../ceremony.ts";
import { realSignature, signersOf, standIns } from "../worlds.ts";

/** Ed25519 as it is. */
export function realSigners(numbers: readonly number[], random: SeededRandom) {
  return { verify: realSignature, signers: signersOf(numbers, random) };
}

/** Hashes in its place. */
export function cheapSigners(seed: number, numbers: readonly number[]) {
  const { verify, signers } = standIns(seed);
  return { verify, signers: signers(numbers) };
}

/** Keys of a stand-in backend. */
export function cheapIdentity({ ed25519 }: Signer, backend: Backend, random: SeededRandom): FullIdentity {
  return { noiseStatic: backend.dh.keyPair(random.bytes(32)), ed25519: { publicKey: ed25519, secretKey: ed25519 } };
}

/** X25519 as it is; the signer keeps its secret to itself. */
export function realIdentity({ ed25519 }: Signer, random: SeededRandom): FullIdentity {
  const { noiseStatic } = generateIdentity(random.bytes);
  return { noiseStatic, ed25519: { publicKey: ed25519, secretKey: utf8("held by the signer alone") } };
}
