import { utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import type { PeerGroupOptions, PinnedPeer } from "../../src/peer-group-types.ts";
import { parameters, party, type TestParty } from "./parties.ts";

/** What two parties have pinned as their common secret, whoever asks. */
export function linkPskOf(a: number, b: number): Uint8Array {
  return sha256(utf8(`link_psk of ${Math.min(a, b)} and ${Math.max(a, b)}`));
}

/** How a party is pinned by another one. */
export function pinOf({ number, options: { self } }: TestParty, by: number): PinnedPeer {
  const { noiseStatic, ed25519 } = self.identity;
  return { number, label: self.label, noiseStatic: noiseStatic.publicKey, ed25519, linkPsk: linkPskOf(number, by) };
}

/** Parties that have all pinned each other, in a session that signs. */
export function pinnedParties(
  count: number,
  changes: (number: number) => Partial<PeerGroupOptions> = () => ({}),
): readonly TestParty[] {
  const signing = { ...parameters, kind: "sign", parties: count } as const;
  const bare = Array.from({ length: count }, (_, i) => party(i + 1, `party ${i + 1}`, { parameters: signing }));
  return bare.map(({ number }) => {
    const pins = bare.filter((other) => other.number !== number).map((other) => pinOf(other, number));
    const trust = { type: "pins", pins } as const;
    return party(number, `party ${number}`, { parameters: signing, trust, ...changes(number) });
  });
}
