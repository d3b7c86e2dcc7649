import { type FullIdentity, generateIdentity, type KeyMeeting, type KeyPlace } from "@countersign/client";
import { SeededRandom } from "@countersign/testkit";

const random = new SeededRandom(1);
const psks = new Map<string, Uint8Array>();

/** Those who have a key in these tests, by number from 1. */
export const labels = ["alice", "bob", "carol", "dave"];
const identities = labels.map(() => generateIdentity(random.bytes));

/** Where they meet. */
export const keyGroup = random.bytes(16);

export function labelOf(number: number): string {
  return labels[number - 1] ?? "nobody";
}

export function identityOf(number: number): FullIdentity {
  const identity = identities[number - 1];
  if (identity === undefined) throw new Error(`nobody has the number ${number}`);
  return identity;
}

/** What a party has kept of all others when the key was made. */
export function pinsOf(self: number): KeyMeeting["pins"] {
  return identities.flatMap(({ noiseStatic, ed25519 }, i) => {
    const number = i + 1;
    const keys = { noiseStatic: noiseStatic.publicKey, ed25519: ed25519.publicKey };
    return number === self ? [] : [{ number, label: labelOf(number), ...keys, linkPsk: pskOf(self, number) }];
  });
}

export function placeOf(number: number): KeyPlace {
  return { group: keyGroup, number, identity: identityOf(number), pins: pinsOf(number) };
}

function pskOf(a: number, b: number): Uint8Array {
  const pair = [a, b].sort((x, y) => x - y).join();
  const psk = psks.get(pair) ?? random.bytes(32);
  psks.set(pair, psk);
  return psk;
}
