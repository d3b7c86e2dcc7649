import { checkShare } from "@countersign/spake2";
import { CSID_COUNTERSIGN, Step, UsageError } from "@countersign/wire";
import type { Answer, CipherSet } from "../exchange/cipher-set.ts";
import type { Pin } from "../peer-group-types.ts";
import { type Incoming43, readBody } from "./body.ts";
import { LinkInitiator } from "./link-initiator.ts";
import { LinkResponder } from "./link-responder.ts";
import { PairInitiator } from "./pair-initiator.ts";
import { PairResponder } from "./pair-responder.ts";
import type { IntroducedPeer, LinkedPeer, PairSuite } from "./suite.ts";

/**
 * What two ends trust each other by: the code (`prk`, 32 bytes, secret), or pins. Which one it is decides what is sent
 * and what is understood; an opening of the other mode is refused, so that nobody can talk an end down to a code.
 */
export type Trust =
  | { readonly mode: "pair"; readonly prk: Uint8Array }
  | { readonly mode: "link"; readonly pins: readonly [Pin, ...Pin[]] };

/**
 * Cipher set 0x43 between two ends (spec 0003). `trust` is asked anew for each exchange; without any (the code was
 * erased) openings are refused, and `call` throws `UsageError`. Its handshakes carry `link`, and `uri` in a first contact:
 * messages of other types are not given to it, because they follow under the keys.
 */
export function createCipherSet43(
  suite: PairSuite,
  trust: () => Trust | undefined,
): CipherSet<LinkedPeer, Incoming43, IntroducedPeer> {
  return {
    csid: CSID_COUNTERSIGN,
    atCap: 1n << 32n,
    lasting: false,
    read: readBody,
    call(at) {
      const by = trust();
      if (by === undefined)
        throw new UsageError("usage.no-trust", "neither a code nor a pin to begin an exchange with");
      const run = by.mode === "pair" ? new PairInitiator(suite, at, by.prk) : new LinkInitiator(suite, at, by.pins[0]);
      return { run, flight: [run.opening] };
    },
    answer(opening) {
      const by = trust();
      if (opening.step !== (by?.mode === "pair" ? Step.P1 : Step.K1) || by === undefined) return bad("exchange.mode");
      if (by.mode === "pair") {
        // A run computes a share of its own before it looks at the peer's.
        const share = checkShare(opening.content);
        if (!share.ok) return bad(share.code);
      }
      const run = by.mode === "pair" ? new PairResponder(suite, opening, by.prk) : new LinkResponder(suite, by.pins);
      const result = run.consume(opening);
      if (result.type !== "bad") return { run, result };
      run.wipe();
      return bad(result.code);
    },
    renew() {
      // Each handshake draws its own ephemeral key and erases it.
    },
  };
}

function bad(code: string): Answer<LinkedPeer, Incoming43, IntroducedPeer> {
  return { run: undefined, result: { type: "bad", code } };
}
