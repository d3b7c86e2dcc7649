import { concat, lp, u8, u16, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { kindByte } from "../context.ts";
import type { SessionParameters } from "../peer-group-types.ts";

/** A party as all the others must see it, keys and name. All public. */
export interface SasParty {
  /** 1 to 255. */
  readonly number: number;
  /** X25519 static public key, 32 bytes. */
  readonly noiseStatic: Uint8Array;
  /** 32 bytes. */
  readonly eid: Uint8Array;
  /** 1 to 64 bytes of UTF-8, see `checkLabel`. */
  readonly label: string;
  /** Ed25519 public key, 32 bytes. */
  readonly ed25519: Uint8Array;
}

/** `GT` of these parties, in any order: what all of a session bind what they do to. */
export function sessionTranscript(parameters: SessionParameters, parties: readonly SasParty[]): Uint8Array {
  return groupTranscript(parameters, [...parties].sort((a, b) => a.number - b.number).map(encodeParty));
}

/** Encodes one party for the group transcript (spec 0003, section 8): `number(2) static(32) eid(32) lp(label) ed25519(32)`. */
export function encodeParty({ number, noiseStatic, eid, label, ed25519 }: SasParty): Uint8Array {
  return concat(u16(number), noiseStatic, eid, lp(utf8(label)), ed25519);
}

/**
 * `GT`, the group transcript (spec 0003, section 8): 32 bytes, public. SHA-256 of `"countersign/1 group" lp(group)
 * lp(session) kind(1) parties(2) threshold(2)` and of all parties, encoded by `encodeParty`, by ascending number.
 */
export function groupTranscript(parameters: SessionParameters, encodedParties: readonly Uint8Array[]): Uint8Array {
  return sha256(
    concat(
      utf8("countersign/1 group"),
      lp(parameters.group),
      lp(parameters.session),
      u8(kindByte(parameters.kind)),
      u16(parameters.parties),
      u16(parameters.threshold),
      ...encodedParties,
    ),
  );
}
