import { describe } from "../describe.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";

const LAST = 2n ** 64n - 1n;

/** How a new `at` is chosen: a rule that every implementation words differently, so that it has a table of its own. */
function at(): Scenario {
  const choices: readonly [order: number, highest: bigint, unixSeconds: number, at: bigint | undefined][] = [
    [0, 0n, 1_760_000_000, 1_760_000_000n],
    [1, 0n, 1_760_000_000, 1_760_000_001n],
    [0, 1_760_000_000n, 1_760_000_000, 1_760_000_002n],
    [1, 1_760_000_000n, 1_760_000_000, 1_760_000_001n],
    [1, 1_760_000_007n, 1_760_000_000, 1_760_000_009n],
    [0, 5n, 0, 6n],
    [1, 0n, 0, 1n],
    [0, 0n, 0, 2n],
    [0, LAST - 2n, 1_760_000_000, LAST - 1n],
    [1, LAST - 2n, 1_760_000_000, LAST],
    [0, LAST - 1n, 1_760_000_000, undefined],
    [1, LAST - 1n, 1_760_000_000, LAST],
    [1, LAST, 1_760_000_000, undefined],
  ];
  const [low, high] = [fixedRandom("at/a", 32), fixedRandom("at/b", 32)].sort(Buffer.compare);
  const almost = high?.slice();
  if (low === undefined || high === undefined || almost === undefined) throw new Error("two eids");
  almost[31] = (almost[31] ?? 0) ^ 1;
  const orders = [
    [low, high],
    [high, low],
    [high, almost],
    [almost, high],
  ] as const;
  return {
    name: "exchange-at",
    format: "at",
    title: "orders of two endpoints, and the numbers of their exchanges; without `at`, none is left",
    spec: ["0003, sections 1.3 and 3.2"],
    content: {
      orders: orders.map(([own, peer]) => describe({ own, peer, order: Buffer.compare(own, peer) > 0 ? 1 : 0 })),
      choices: choices.map(([order, highest, unixSeconds, chosen]) =>
        describe({ order, highest, unixSeconds, at: chosen }),
      ),
    },
  };
}

/** Codes as people type them. */
function typed(): Scenario {
  const accepted = [
    ["7-aimless-almighty-adrift-antenna", "7", "aimless-almighty-adrift-antenna"],
    [" 7 Aimless  ALMIGHTY – adrift_antenna. ".replace(".", ""), "7", "aimless-almighty-adrift-antenna"],
    ["123456\u2212aimless\u2014almighty\u00a0adrift--antenna", "123456", "aimless-almighty-adrift-antenna"],
    ["\uff17-aimless-almighty-adrift-antenna", "7", "aimless-almighty-adrift-antenna"],
    ["7-aimless-almighty-adrift-antenna-adult-amulet", "7", "aimless-almighty-adrift-antenna-adult-amulet"],
    [`https://relay.example/#7-${"0f".repeat(16)}`, "7", "0f".repeat(16)],
    ["https://relay.example/#7-aimless-almighty-adrift-antenna", "7", "aimless-almighty-adrift-antenna"],
  ] as const;
  const refused = [
    ["", "empty"],
    [" - ", "empty"],
    ["aimless-almighty-adrift-antenna-adult", "looks-like-sas"],
    ["123456", "looks-like-sas"],
    ["aimless-almighty-adrift-antenna", "no-nameplate"],
    ["07-aimless-almighty-adrift-antenna", "no-nameplate"],
    ["1234567-aimless-almighty-adrift-antenna", "no-nameplate"],
    ["7-aimless-almighty-adrift-antena", "unknown-word"],
    ["7-almighty-aimless-adrift-antenna", "wrong-order"],
    ["7-aimless-almighty-adrift", "too-few-words"],
    ["7", "too-few-words"],
    [`7-${"aimless-almighty-".repeat(8)}adrift`, "too-many-words"],
    ["https://relay.example/", "malformed-link"],
    [`https://relay.example/#7-${"0F".repeat(16)}`, "unknown-word"],
  ] as const;
  return {
    name: "code-typed",
    format: "code",
    title: "codes as they are typed or scanned, and what is read; reasons of refusals are this implementation's",
    spec: ["0003, section 4.1"],
    content: {
      accepted: accepted.map(([text, nameplate, secret]) => ({ text, nameplate, secret })),
      refused: refused.map(([text, reason]) => ({ text, reason })),
    },
  };
}

export function numbers(): readonly Scenario[] {
  return [at(), typed()];
}
