import { checkShare } from "@countersign/spake2";
import { describe, expect, test } from "vitest";
import { elementOf, encodeElement } from "../src/group.ts";
import { base, decodePoint, encodePoint } from "../src/node/point.ts";
import { factor, importScalar } from "../src/node/scalar-multiplication.ts";
import { encodeScalar } from "../src/scalar.ts";
import { sharedVectors } from "./shared-vectors.ts";
import { hex, partyA, partyB, unhex } from "./support.ts";

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly tests: readonly {
      readonly tcId: number;
      readonly public: string;
      readonly private: string;
      readonly shared: string;
      readonly result: "valid" | "acceptable" | "invalid";
    }[];
  }[];
}

const path = "wycheproof/ecdh_secp256r1_ecpoint_test.json";
const file = sharedVectors<WycheproofFile>(path);

describe.skipIf(!file)(`Wycheproof's points of P-256${file ? "" : ` (skipped: ${path} is missing)`}`, () => {
  const cases = file?.testGroups.flatMap((group) => group.tests) ?? [];
  const verdict = (share: string) => {
    const bytes = unhex(share);
    const results = [partyA().consumeShare(bytes), partyB().consumeShare(bytes)];
    return results.map((result) => (result.ok ? "accepted" : result.code));
  };

  test("every invalid one is refused, and for the right reason", () => {
    const invalid = cases.filter((c) => c.result === "invalid");
    const reasons = invalid.flatMap((c) => verdict(c.public));
    const count = (code: string) => reasons.filter((reason) => reason === code).length;
    expect(invalid).toHaveLength(24);
    // The point (0, 0) has a code of its own; compressed and empty ones are already too short.
    expect(count("spake2.share-off-curve")).toBe(2 * 15);
    expect(count("spake2.share-identity")).toBe(2 * 1);
    expect(count("spake2.share-length")).toBe(2 * 8);
  });

  test("every valid uncompressed one is accepted", () => {
    const valid = cases.filter((c) => c.result === "valid");
    expect(valid.length).toBeGreaterThan(300);
    // Decoded only: both parties check shares with this function, and multiplying them all takes seconds.
    expect(valid.filter((c) => !checkShare(unhex(c.public)).ok)).toEqual([]);
  });

  test("the Node backend multiplies them: x is what Wycheproof says, y what the portable one does", () => {
    const valid = cases.filter((c) => c.result === "valid");
    for (const c of valid) {
      const [point, scalar] = [unhex(c.public), BigInt(`0x${c.private}`)];
      const product = hex(encodePoint(importScalar(encodeScalar(scalar))(factor(base(decodePoint(point))))));
      expect(product.slice(2, 66)).toBe(c.shared);
      expect(product).toBe(hex(encodeElement(elementOf(point).multiply(scalar))));
    }
  });

  test("a compressed one is refused even where it is valid", () => {
    const acceptable = cases.filter((c) => c.result === "acceptable");
    expect(acceptable.flatMap((c) => verdict(c.public))).toEqual(["spake2.share-length", "spake2.share-length"]);
  });
});
