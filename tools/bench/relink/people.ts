import { randomBytes } from "node:crypto";
import { type FullIdentity, generateIdentity } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";

export interface Person {
  readonly number: number;
  readonly label: string;
  readonly identity: FullIdentity;
}

/** Random bytes, as the parts of the program want them. */
export function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

/** Parties that have pinned each other, by ascending number, and what each has pinned. */
export function acquaintances(count: number) {
  const people = Array.from({ length: count }, (_, at): Person => {
    return { number: at + 1, label: `party ${at + 1}`, identity: generateIdentity(random) };
  });
  const psks = new Map<string, Uint8Array>();
  const pskOf = (a: number, b: number): Uint8Array => {
    const pair = `${Math.min(a, b)}-${Math.max(a, b)}`;
    const psk = psks.get(pair) ?? random(32);
    psks.set(pair, psk);
    return psk;
  };
  const pinsOf = (own: number): readonly PinnedPeer[] =>
    people
      .filter(({ number }) => number !== own)
      .map(({ number, label, identity }) => {
        const { noiseStatic, ed25519 } = identity;
        const keys = { noiseStatic: noiseStatic.publicKey, ed25519: ed25519.publicKey };
        return { number, label, ...keys, linkPsk: pskOf(number, own) };
      });
  return { people, pinsOf };
}
