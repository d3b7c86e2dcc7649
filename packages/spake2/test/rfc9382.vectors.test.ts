import { describe, expect, test } from "vitest";
import { transcript } from "../src/transcript.ts";
import { rfcCases } from "./rfc9382-appendix-b.ts";
import { sharedVectors } from "./shared-vectors.ts";
import { hex, unhex, utf8 } from "./support.ts";

interface RfcFile {
  readonly vectors: readonly Record<string, string>[];
}

const path = "rfc9382/rfc9382-p256-sha256-hkdf-hmac.json";
const file = sharedVectors<RfcFile>(path);

describe.skipIf(!file)(
  `the published file of RFC 9382 appendix B${file ? "" : ` (skipped: ${path} is missing)`}`,
  () => {
    const vectors = file?.vectors ?? [];

    test("has the four cases that the tests of this package state, value by value", () => {
      const stated = rfcCases.map(({ HashTT, cA, cB, ...same }) => ({
        ...same,
        "Hash(TT)": HashTT,
        "A conf": cA,
        "B conf": cB,
      }));
      expect(vectors.map(({ TT, ...rest }) => rest)).toEqual(stated);
    });

    test("has our TT, byte for byte", () => {
      expect.assertions(4);
      for (const vector of vectors) {
        const bytes = (name: string) => unhex(vector[name] ?? "");
        const [A, B] = [utf8(vector["A"] ?? ""), utf8(vector["B"] ?? "")];
        const TT = transcript({ A, B, pA: bytes("pA"), pB: bytes("pB"), K: bytes("K"), w: bytes("w") });
        expect(hex(TT)).toBe(vector["TT"]);
      }
    });
  },
);
