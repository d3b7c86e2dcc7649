import { concat, u8 } from "@countersign/wire";
import { readStrictly } from "../byte-reader.ts";
import { proofBytes } from "../proof.ts";
import { SCALAR_BYTES, type Suite } from "../suite.ts";

/** That a party got a share which is not right. */
export interface Complaint {
  readonly accused: number;
  /** The message of round 2 as it came, where its proof is right and the share is not; missing where nothing is proven. */
  readonly evidence?: Uint8Array;
}

/** The message of round 3, to all: about whom one has to complain; about nobody, if all is right. */
export function encodeVerdict(complaints: readonly Complaint[]): Uint8Array {
  const each = complaints.map(({ accused, evidence }) =>
    evidence === undefined ? Uint8Array.of(accused, 0) : concat(Uint8Array.of(accused, 1), evidence),
  );
  return concat(u8(complaints.length), ...each);
}

/** Reads a verdict; undefined for what is none. Accused are ascending, each named once. */
export function decodeVerdict(suite: Suite, bytes: Uint8Array): Complaint[] | undefined {
  return readStrictly(bytes, (reader) => {
    const complaints: Complaint[] = [];
    const count = reader.u8();
    for (let at = 0; at < count; at++) {
      const accused = reader.u8();
      if (accused <= (complaints.at(-1)?.accused ?? 0)) return undefined;
      const kind = reader.u8();
      if (kind > 1) return undefined;
      complaints.push(kind === 0 ? { accused } : { accused, evidence: reader.take(evidenceBytes(suite)) });
    }
    return complaints;
  });
}

/** The longest verdict of a suite: about everybody else. */
export function longestVerdict(suite: Suite, parties: number): number {
  return 1 + (parties - 1) * (2 + evidenceBytes(suite));
}

function evidenceBytes(suite: Suite): number {
  return SCALAR_BYTES + proofBytes(suite);
}
