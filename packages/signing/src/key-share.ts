import { accepted, concat, type Decoded, refused, u8 } from "@countersign/wire";
import { readStrictly } from "./byte-reader.ts";
import { decodeElement, decodeScalar, SCALAR_BYTES, type Suite, type SuiteName, suites, timesBase } from "./suite.ts";

/** What one party holds of a group's key. Everything but `secretShare` is public among the parties; seal it at rest. */
export interface KeyShare {
  readonly suite: SuiteName;
  /** Signers that are needed. */
  readonly threshold: number;
  /** Parties of the key. */
  readonly parties: number;
  /** This party's number of the key, 1..255: it stays the same for as long as the key lives. */
  readonly number: number;
  /** 32 bytes, a scalar. Secret. */
  readonly secretShare: Uint8Array;
  /** The key that signatures are checked against: 33 bytes compressed for secp256k1 (before BIP-341's tweak), 32 for Ed25519. */
  readonly groupKey: Uint8Array;
  /** Each party's public share by its number, ascending, encoded as the group key is. */
  readonly verificationShares: ReadonlyMap<number, Uint8Array>;
  /** GT of the session that made the key, 32 bytes: with the fields above it gives the outcome that all parties signed. */
  readonly transcript: Uint8Array;
}

const VERSION = 1;
const TRANSCRIPT_BYTES = 32;

/** The share as bytes (spec 0011, section 6). Secret. */
export function encodeKeyShare(share: KeyShare): Uint8Array {
  const { code } = suites[share.suite];
  const head = Uint8Array.of(VERSION, code, share.threshold, share.parties, share.number);
  const each = [...share.verificationShares].map(([number, key]) => concat(u8(number), key));
  return concat(head, share.transcript, share.groupKey, share.secretShare, ...each);
}

/** Reads what `encodeKeyShare` wrote, and nothing else: the secret has to fit this party's verification share. */
export function decodeKeyShare(bytes: Uint8Array): Decoded<KeyShare> {
  if (bytes[0] !== VERSION) return refused("wire.unknown-version", "not a key share of a version that is known here");
  const share = readStrictly(bytes, (reader): KeyShare | undefined => {
    reader.u8();
    const code = reader.u8();
    const suite = Object.values(suites).find((known) => known.code === code);
    if (suite === undefined) return undefined;
    const [threshold, parties, number] = [reader.u8(), reader.u8(), reader.u8()];
    const transcript = reader.take(TRANSCRIPT_BYTES);
    const groupKey = reader.take(suite.elementBytes);
    const secretShare = reader.take(SCALAR_BYTES);
    const verificationShares = new Map<number, Uint8Array>();
    let last = 0;
    for (let at = 0; at < parties; at++) {
      const party = reader.u8();
      if (party <= last) return undefined;
      last = party;
      verificationShares.set(party, reader.take(suite.elementBytes));
    }
    const fields = { threshold, parties, number, secretShare, groupKey, verificationShares, transcript };
    return { suite: suite.name, ...fields };
  });
  if (share === undefined || !isSound(share, suites[share.suite])) {
    return refused("wire.malformed", "not a key share, or a damaged one");
  }
  return accepted(share);
}

function isSound(share: KeyShare, suite: Suite): boolean {
  if (share.threshold < 2 || share.threshold > share.parties) return false;
  const keys = [share.groupKey, ...share.verificationShares.values()];
  if (!keys.every((key) => decodeElement(suite, key) !== undefined)) return false;
  const own = share.verificationShares.get(share.number);
  const secret = decodeScalar(suite, share.secretShare);
  if (own === undefined || secret === undefined) return false;
  return timesBase(suite, secret).equals(suite.parse(own));
}
