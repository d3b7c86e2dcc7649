import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  decodeKeyShare,
  decodePayload,
  decodeSigningResult,
  encodeKeyShare,
  encodePayload,
  frostKeygen,
  frostSign,
  type KeyShare,
  reviewPayload,
} from "../src/index.ts";
import { decodeVerdict, encodeVerdict } from "../src/keygen/verdict.ts";
import { suites } from "../src/suite.ts";
import { keygen, makeKey, seeded, suiteNames, transcript } from "./keys.ts";
import { spend } from "./psbts.ts";

const runs = { numRuns: 1_000 };
const bytes = fc.uint8Array({ maxLength: 400 });
let share: KeyShare;

beforeAll(async () => {
  share = (await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2], threshold: 2 })).get(1) as KeyShare;
});

/** Right bytes with some of them changed, cut or added to. */
function damaged(right: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(right.length - 1);
  return fc.oneof(
    at.map((length) => right.slice(0, length)),
    fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(([place, change]) => {
      return right.map((byte, index) => (index === place ? byte ^ change : byte));
    }),
    bytes.filter((tail) => tail.length > 0).map((tail) => Uint8Array.of(...right, ...tail)),
  );
}

describe("whatever bytes come,", () => {
  test("a key share is what was encoded, or refused", () => {
    fc.assert(
      fc.property(fc.oneof(bytes, damaged(encodeKeyShare(share))), (given) => {
        const decoded = decodeKeyShare(given);
        if (decoded.ok) expect(encodeKeyShare(decoded.value)).toEqual(given);
      }),
      { numRuns: 200 },
    );
  });

  test("a payload is what was encoded, or refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          bytes.map((rest) => Uint8Array.of(2, ...rest)),
        ),
        (given) => {
          const decoded = decodePayload(given);
          if (decoded !== undefined) expect(encodePayload(decoded)).toEqual(given);
        },
      ),
      runs,
    );
  });

  test("a verdict is what was encoded, or refused", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 12 }), (given) => {
        const read = decodeVerdict(suites.ed25519, Uint8Array.from(given));
        if (read !== undefined) expect(encodeVerdict(read)).toEqual(Uint8Array.from(given));
      }),
      runs,
    );
  });

  test("a result is read or refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          bytes.map((rest) => Uint8Array.of(1, 0, 0, 0, 1, ...rest)),
        ),
        (given) => {
          expect(typeof decodeSigningResult(given).ok).toBe("boolean");
        },
      ),
      runs,
    );
  });

  test("a PSBT is reviewed or refused", () => {
    const right = spend({ share }).toPSBT();
    fc.assert(
      fc.property(fc.oneof(bytes, damaged(right)), (given) => {
        const review = reviewPayload({ kind: "psbt", bytes: given }, share, { transcript });
        expect(review.ok || review.detail.length > 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test.each(suiteNames)(
    "no message of a key generation of %s makes it throw, and only who sent it is named",
    async (suite) => {
      const rightByRound = new Map<number, Uint8Array>();
      const run = { suite, numbers: [1, 2, 3], threshold: 2 };
      await keygen({
        ...run,
        alter: ({ round, from, to, bytes: sent }) => {
          if (from === 2 && to !== 1) rightByRound.set(round, sent);
          return sent;
        },
      });
      for (const [round, right] of rightByRound) {
        await fc.assert(
          fc.asyncProperty(fc.oneof(bytes, damaged(right)), async (given) => {
            const steps = await keygen({
              ...run,
              alter: ({ round: at, from, to, bytes: sent }) => (at === round && from === 2 && to !== 1 ? given : sent),
            });
            for (const number of [1, 3]) {
              const step = steps.get(number);
              if (step?.type === "failed") expect([[], [2]]).toContainEqual(step.culprits);
            }
            expect(steps.get(3)).toMatchObject({ type: "failed", culprits: [2] });
          }),
          { numRuns: 8 },
        );
      }
    },
  );

  test("no state makes a protocol throw", () => {
    const common = { transcript, randomBytes: seeded(1) };
    const key = frostKeygen({ suite: "ed25519", numbers: [1, 2], self: 1, threshold: 2, ...common });
    const sign = frostSign({ share, signers: [1, 2], approve: () => true, ...common });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 3 }), bytes, (state, round, message) => {
        const received = [{ from: 2, broadcast: message, direct: message }];
        expect(key.advance(state, round, received)).toMatchObject({ type: "failed" });
        expect(sign.advance(state, round, received)).toMatchObject({ type: "failed" });
      }),
      runs,
    );
  });
});
