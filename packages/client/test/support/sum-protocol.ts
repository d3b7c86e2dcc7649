import type { Received, RoundProtocol, Step } from "@countersign/session";
import { concat, u8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";

/**
 * A protocol of two rounds: everybody says a number to all, then to each of the others the product of both numbers. The
 * result is the sum of all numbers; whoever says a wrong product is found out.
 */
export function sumProtocol(own: number, others: readonly number[]): RoundProtocol<number> {
  return {
    name: "countersign/test-sum/1",
    rounds: [
      { name: "numbers", broadcast: true, direct: false, seconds: 60 },
      { name: "products", broadcast: false, direct: true, seconds: 60 },
    ],
    begin: () => ({ type: "round", state: u8(own), broadcast: u8(own) }),
    advance(state, round, received) {
      if (round === 1) return products(state, received);
      const said = new Map(others.map((number, i) => [number, state[i + 1] ?? 0]));
      const culprits = received.filter(({ from, direct }) => direct?.[0] !== (said.get(from) ?? 0) * own);
      if (culprits.length > 0) {
        return { type: "failed", culprits: culprits.map(({ from }) => from), detail: "a product that is none" };
      }
      const result = state.reduce((sum, number) => sum + number, 0);
      return { type: "done", result, outcome: sha256(u8(result)), state: u8(result) };
    },
    restore: (state) => state[0] ?? 0,
  };
}

function products(state: Uint8Array, received: readonly Received[]): Step<number> {
  const numbers = received.map(({ broadcast }) => broadcast?.[0] ?? 0);
  const direct = received.map(({ from }, i) => [from, u8((state[0] ?? 0) * (numbers[i] ?? 0))] as const);
  return { type: "round", state: concat(state, Uint8Array.from(numbers)), direct: new Map(direct) };
}
