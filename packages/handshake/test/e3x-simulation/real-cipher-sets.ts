import { portableBackend } from "@countersign/noise";
import type { SeededRandom } from "@countersign/testkit";
import { utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { CipherSet3a } from "../../src/cs3a/cipher-set3a.ts";
import { CSID_3A } from "../../src/cs3a/message.ts";
import { createCipherSet43 } from "../../src/cs43/cipher-set43.ts";
import { formatHashname, rollUp } from "../../src/hashname/hashname.ts";
import { parameters } from "../support/parties.ts";

const { dh } = portableBackend;

/** Key pairs of end 0 and end 1, by seeds such that end 1 is the bytewise higher, which is ODD. */
function pairOfKeys(purpose: string) {
  const [one, other] = [0, 1].map((n) => dh.keyPair(sha256(utf8(`${purpose} ${n}`))));
  if (one === undefined || other === undefined) throw new Error("two keys");
  const ordered = Buffer.compare(one.publicKey, other.publicKey) < 0 ? [one, other] : [other, one];
  return ordered as [typeof one, typeof one];
}

const endpoints = pairOfKeys("endpoint");
const statics = pairOfKeys("static");
const eids = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
const linkPsk = sha256(utf8("link psk"));

/** 0x3a between two endpoints that know each other's keys. */
export function cipherSet3a(end: 0 | 1, random: SeededRandom): CipherSet3a {
  const key = endpoints[end === 0 ? 1 : 0].publicKey;
  const hashname = rollUp([{ csid: CSID_3A, key }]);
  if (!hashname.ok) throw new Error(hashname.detail);
  const peer = { key, hashname: formatHashname(hashname.value) };
  const set = CipherSet3a.create({ dh, own: endpoints[end], peer, randomBytes: random.bytes });
  if (!set.ok) throw new Error(set.code);
  return set.value;
}

/** 0x43 between two ends that have pinned each other. */
export function cipherSet43(end: 0 | 1, random: SeededRandom) {
  const other = end === 0 ? 1 : 0;
  const endpoint = (n: 0 | 1) => ({ number: n + 1, eid: eids[n], versions: Uint8Array.of(1) });
  const suite = {
    parameters,
    self: endpoint(end),
    peer: endpoint(other),
    staticKey: statics[end],
    ed25519: sha256(utf8("ed25519")),
    label: `end ${end}`,
    backend: portableBackend,
    randomBytes: random.bytes,
    pairing: () => false,
    expected: () => 0n,
  };
  const pin = { noiseStatic: statics[other].publicKey, ed25519: sha256(utf8("ed25519")), linkPsk };
  return createCipherSet43(suite, () => ({ mode: "link", pins: [pin] }));
}
