import { describe } from "../describe.ts";
import { concat, hex, text, u8 } from "../protocol/bytes.ts";
import { type Curve, ed25519, secp256k1 } from "../protocol/curves.ts";
import { commitmentsMessage, keyOf, type Making, proposalDigest, shareMessage } from "../protocol/frost.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";

/** Key generations of each suite, with every message, and what comes of them. */
export function frost(): Scenario[] {
  return [secp256k1, ed25519].map(keyGeneration);
}

function keyGeneration(curve: Curve): Scenario {
  const label = `frost/${curve.suite}`;
  const threshold = 2;
  // Numbers with a gap: not every number that was given out comes to the end of a key generation that is begun anew.
  const numbers = [1, 2, 255];
  const making: Making = {
    curve,
    GT: fixedRandom(`${label}/GT`, 32),
    threshold,
    makers: numbers.map((number) => ({
      number,
      coefficients: Array.from({ length: threshold }, (_, at) => scalar(curve, `${label}/${number}/${at}`)),
      random: fixedRandom(`${label}/${number}/random`, 32),
    })),
  };
  const key = keyOf(making);
  const payload = concat(u8(2), text("pay the piper"));
  return {
    name: `frost-${curve.suite}`,
    format: "frost",
    title: `a key of three, two of whom are needed, with ${curve.suite}`,
    spec: ["0011 section 2", "0011 section 3", "0011 section 6", "0011 section 7"],
    content: {
      suite: curve.suite,
      threshold,
      GT: hex(making.GT),
      parties: making.makers.map((maker) => ({
        number: maker.number,
        coefficients: maker.coefficients.map((each) => hex(curve.encodeScalar(each))),
        random: hex(maker.random),
        commitments: hex(commitmentsMessage(making, maker)),
        shares: numbers
          .filter((to) => to !== maker.number)
          .map((to) => ({ to, message: hex(shareMessage(making, maker, to)) })),
        verdict: "00",
      })),
      key: describe(key),
      proposal: { payload: hex(payload), digest: proposalDigest(making.GT, key.groupKey, payload) },
    },
  };
}

function scalar({ q }: Curve, label: string): bigint {
  return (BigInt(`0x${hex(fixedRandom(label, 48))}`) % (q - 1n)) + 1n;
}
