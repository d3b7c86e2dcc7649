import { describe, expect, test } from "vitest";
import { decodeShare } from "../src/group.ts";
import { sharedVectors } from "./shared-vectors.ts";
import { partyA, partyB, unhex } from "./support.ts";

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly tests: readonly {
      readonly tcId: number;
      readonly public: string;
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
    const ownShare = partyA().share;
    const valid = cases.filter((c) => c.result === "valid");
    expect(valid.length).toBeGreaterThan(300);
    // Decoded only: both parties decode shares with this function, and multiplying them all takes seconds.
    expect(valid.filter((c) => !decodeShare(unhex(c.public), ownShare).ok)).toEqual([]);
  });

  test("a compressed one is refused even where it is valid", () => {
    const acceptable = cases.filter((c) => c.result === "acceptable");
    expect(acceptable.flatMap((c) => verdict(c.public))).toEqual(["spake2.share-length", "spake2.share-length"]);
  });
});
