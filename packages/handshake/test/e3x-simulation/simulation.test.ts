import { describe, expect, test } from "vitest";
import type { Incoming } from "../../src/exchange/cipher-set.ts";
import { course, type Kind, type Outcome } from "./course.ts";
import { cipherSet3a, cipherSet43 } from "./real-cipher-sets.ts";
import { atOf, lastingStandIn, message, singleStandIn } from "./stand-ins.ts";

const stories = {
  lasting: "exchanges that last over handshakes of two messages",
  single: "an exchange for each handshake",
  real3a: "0x3a as it is",
  real43: "re-links of 0x43 as they are",
} as const;

/** Runs these seeds, or the one that E3X_SEED asks for; a seed that fails says how to run it again. */
function run<Peer, Packet extends Incoming, Introduced>(
  story: string,
  seeds: number,
  kind: Kind<Peer, Packet, Introduced>,
): readonly Outcome[] {
  const only = process.env["E3X_SEED"];
  const numbers = only === undefined ? Array.from({ length: seeds }, (_, index) => index + 1) : [Number(only)];
  return numbers.map((seed) => {
    try {
      return course(kind, seed);
    } catch (error) {
      const again = `E3X_SEED=${seed} pnpm exec vitest run packages/handshake/test/e3x-simulation -t "${story}"`;
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}\n  again: ${again}`);
    }
  });
}

/** That enough has happened for the absence of faults to mean something. */
function expectLife(outcomes: readonly Outcome[]): void {
  const share = (which: (outcome: Outcome) => boolean) => outcomes.filter(which).length / outcomes.length;
  if (outcomes.length === 1) return;
  expect(share(({ confirmations }) => confirmations >= 4)).toBeGreaterThan(0.5);
  expect(share(({ restarts }) => restarts > 0)).toBeGreaterThan(0.5);
  expect(share(({ together }) => together)).toBeGreaterThan(0.2);
}

describe("under a hostile relay, with restarts, refusals and clocks that jump", () => {
  test(`5,000 seeds of ${stories.lasting}`, { timeout: 240_000 }, () => {
    const cipherSet: Kind<string, Incoming, string>["cipherSet"] = (_, random) =>
      lastingStandIn({ randomBytes: random.bytes });
    expectLife(
      run(stories.lasting, 5_000, { lasting: true, messages: [message("link"), message("jwt")], atOf, cipherSet }),
    );
  });

  test(`5,000 seeds of ${stories.single}`, { timeout: 240_000 }, () => {
    const cipherSet: Kind<string, Incoming, string>["cipherSet"] = (_, random) =>
      singleStandIn({ randomBytes: random.bytes });
    expectLife(run(stories.single, 5_000, { lasting: false, messages: [message("link")], atOf, cipherSet }));
  });

  test(`50 seeds of ${stories.real3a}`, { timeout: 240_000 }, () => {
    const messages = [message("link"), message("jwt")];
    expectLife(run(stories.real3a, 50, { lasting: true, messages, atOf: undefined, cipherSet: cipherSet3a }));
  });

  test(`50 seeds of ${stories.real43}`, { timeout: 240_000 }, () => {
    const messages = [message("link")];
    expectLife(run(stories.real43, 50, { lasting: false, messages, atOf: undefined, cipherSet: cipherSet43 }));
  });
});
