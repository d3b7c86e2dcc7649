import type { Received, RoundProtocol, Step } from "@countersign/session";
import { concat, equalBytes, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";

const H = (label: string, ...parts: readonly Uint8Array[]) => sha256(concat(utf8(label), ...parts));
const none = new Uint8Array(0);

/**
 * A stand-in for threshold signing without curves: everybody commits to a nonce, tells each of the others something in
 * private, and answers everything that was committed to with its nonce. As with the real one, a nonce that answers twice
 * would be the end of a secret, every share can be checked, and all have the same result.
 */
export function cheapProtocol(
  self: number,
  numbers: readonly number[],
  randomBytes: (length: number) => Uint8Array,
): RoundProtocol<Uint8Array> {
  const others = numbers.filter((number) => number !== self);
  const shareOf = (nonce: Uint8Array, commitments: Uint8Array) => concat(nonce, H("share", nonce, commitments));
  return {
    name: "simulated/cheap/1",
    rounds: [
      { name: "commitments", broadcast: true, direct: false, seconds: 60 },
      { name: "whispers", broadcast: false, direct: true, seconds: 90 },
      { name: "shares", broadcast: true, direct: false, seconds: 60 },
    ],
    begin() {
      const nonce = randomBytes(32);
      return { type: "round", state: nonce, broadcast: H("nonce", nonce) };
    },
    advance(state, round, received): Step<Uint8Array> {
      const nonce = state.slice(0, 32);
      if (round === 1) {
        const commitments = inOrder(self, H("nonce", nonce), received);
        const whispers = new Map(others.map((number) => [number, H("whisper", nonce, Uint8Array.of(number))]));
        return { type: "round", state: concat(nonce, commitments), direct: whispers };
      }
      const commitments = state.slice(32);
      if (round === 2) return { type: "round", state, broadcast: shareOf(nonce, commitments) };
      const culprits = received.filter(({ from, broadcast = none }) => {
        const claimed = broadcast.slice(0, 32);
        const at = 32 * numbers.indexOf(from);
        const opens = equalBytes(H("nonce", claimed), commitments.slice(at, at + 32));
        return !opens || !equalBytes(broadcast, shareOf(claimed, commitments));
      });
      if (culprits.length > 0) {
        return { type: "failed", culprits: culprits.map(({ from }) => from), detail: "a share that does not fit" };
      }
      const result = H("result", inOrder(self, shareOf(nonce, commitments), received));
      return { type: "done", result, outcome: result, state: result };
    },
    restore: (state) => state,
  };
}

function inOrder(self: number, own: Uint8Array, received: readonly Received[]): Uint8Array {
  const all = [{ from: self, broadcast: own }, ...received].sort((a, b) => a.from - b.from);
  return concat(...all.map(({ broadcast = none }) => broadcast));
}
