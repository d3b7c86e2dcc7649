import type { Received, RoundProtocol, Step } from "@countersign/session";
import { UsageError } from "@countersign/wire";
import { gaveUp } from "../gave-up.ts";
import { decodeKeyShare, type KeyShare } from "../key-share.ts";
import { proofBytes } from "../proof.ts";
import { SCALAR_BYTES } from "../suite.ts";
import { commit } from "./commit.ts";
import { deal } from "./deal.ts";
import { judge } from "./judge.ts";
import type { KeygenOptions } from "./keygen-options.ts";
import { checkParameters } from "./parameters.ts";
import { receive } from "./receive.ts";
import { longestVerdict } from "./verdict.ts";

// Nobody is asked anything between the rounds, but a hundred parties on slow machines take their time.
const SECONDS = 120;

/**
 * Makes a key of which each party holds a share and nobody ever has the whole: Pedersen's distributed key generation as
 * in FROST, with proofs of knowledge, in three rounds (spec 0011, section 3). Throws `UsageError` for wrong options.
 */
export function frostKeygen(options: KeygenOptions): RoundProtocol<KeyShare> {
  const parameters = checkParameters(options);
  const { suite, threshold, numbers } = parameters;
  const shareBytes = SCALAR_BYTES + proofBytes(suite);
  return {
    name: `countersign/frost-keygen/1 ${suite.name}`,
    rounds: [
      { name: "commitments", ...toAll, bytes: threshold * suite.elementBytes + proofBytes(suite) },
      { name: "shares", broadcast: false, direct: true, seconds: SECONDS, bytes: shareBytes },
      { name: "verdicts", ...toAll, bytes: longestVerdict(suite, numbers.length) },
    ],
    begin: () => commit(parameters),
    advance: (state, round, received) => advance(state, round, received),
    restore,
  };

  function advance(state: Uint8Array, round: number, received: readonly Received[]): Step<KeyShare> {
    const from = received.map((each) => each.from);
    const isComplete =
      parameters.others.every((other, at) => from[at] === other) && from.length === parameters.others.length;
    if (!isComplete) return gaveUp([], "the messages of this round are not those of all other parties");
    switch (round) {
      case 1:
        return deal(parameters, state, received);
      case 2:
        return receive(parameters, state, received);
      case 3:
        return judge(parameters, state, received);
      default:
        return gaveUp([], `a key generation has no round ${round}`);
    }
  }
}

const toAll = { broadcast: true, direct: false, seconds: SECONDS };

function restore(state: Uint8Array): KeyShare {
  const share = decodeKeyShare(state);
  if (!share.ok) throw new UsageError("usage.state", "the saved key share is damaged");
  return share.value;
}
