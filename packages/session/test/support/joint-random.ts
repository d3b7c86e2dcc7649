import { concat, equalBytes } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Received, RoundProtocol, Step } from "../../src/index.ts";

/** A random number that nobody chose: everybody commits to a share, then opens it; with a greeting to each beside it. */
export function jointRandom(self: number, share: Uint8Array): RoundProtocol<Uint8Array> {
  return {
    name: "test/joint-random/1",
    rounds: [
      { name: "commit", broadcast: true, direct: true, seconds: 20 },
      { name: "reveal", broadcast: true, direct: false, seconds: 10, bytes: 32 },
    ],
    begin: () => ({ type: "round", state: share, broadcast: sha256(share), direct: greetings(self, 4) }),
    advance(state, round, received): Step<Uint8Array> {
      if (round === 1) {
        const commitments = received.map(({ broadcast }) => broadcast ?? new Uint8Array(0));
        return { type: "round", state: concat(state, ...commitments), broadcast: state };
      }
      const cheats = received.filter(
        ({ broadcast }, index) =>
          broadcast === undefined || !equalBytes(sha256(broadcast), state.slice(32 * (index + 1), 32 * (index + 2))),
      );
      if (cheats.length > 0) {
        return {
          type: "failed",
          culprits: cheats.map(({ from }) => from),
          detail: "a share that was not committed to",
        };
      }
      const result = sha256(concat(...sortedShares(self, state.slice(0, 32), received)));
      return { type: "done", result, outcome: result, state: result };
    },
    restore: (state) => state,
  };
}

function sortedShares(self: number, own: Uint8Array, received: readonly Received[]): readonly Uint8Array[] {
  const all = [{ from: self, broadcast: own }, ...received].sort((a, b) => a.from - b.from);
  return all.map(({ broadcast }) => broadcast ?? new Uint8Array(0));
}

/** For each possible other party: which of them there are, only the session knows. */
function greetings(self: number, highest: number): ReadonlyMap<number, Uint8Array> {
  const others = Array.from({ length: highest }, (_, index) => index + 1).filter((number) => number !== self);
  return new Map(others.map((number) => [number, Uint8Array.of(self, number)]));
}
