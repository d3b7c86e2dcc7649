import type { Received, RoundProtocol, Step } from "@countersign/session";
import { concat, encodeHex, UsageError } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { gaveUp } from "../gave-up.ts";
import { MAX_INPUTS } from "../group-psbt.ts";
import { PAYLOAD_BYTES } from "../payload.ts";
import { decodeSigningResult, type SigningResult } from "../signing-result.ts";
import { SCALAR_BYTES } from "../suite.ts";
import { aggregate } from "./aggregate.ts";
import { agree } from "./agree.ts";
import type { Eventually } from "./approval.ts";
import { commitmentBytes } from "./nonces.ts";
import { checkSignOptions } from "./parameters.ts";
import { shareSignature } from "./share-signature.ts";
import type { SignOptions } from "./sign-options.ts";
import { begunState } from "./sign-state.ts";

const SECONDS = 120;
// People read a transaction before they agree to it.
const APPROVAL_SECONDS = 600;

/**
 * Signs with a group's key: FROST of RFC 9591 in the form in which every signer adds up the shares, with a round before
 * it in which the payload is proposed (spec 0011, section 4). Nothing of the signature leaves before `approve` has
 * said yes. Throws `UsageError` for wrong options, and for a proposal of one's own that cannot be signed.
 */
export function frostSign(options: SignOptions): RoundProtocol<SigningResult> {
  const parameters = checkSignOptions(options);
  const { suite, others } = parameters;
  const toAll = { broadcast: true, direct: false };
  const usedFor = new Map<string, string>();
  return {
    name: `countersign/frost-sign/1 ${suite.name}`,
    rounds: [
      { name: "proposal", ...toAll, seconds: SECONDS, bytes: PAYLOAD_BYTES },
      { name: "commitments", ...toAll, seconds: APPROVAL_SECONDS, bytes: commitmentBytes(suite, MAX_INPUTS) },
      { name: "shares", ...toAll, seconds: SECONDS, bytes: MAX_INPUTS * SCALAR_BYTES },
    ],
    begin: () => ({
      type: "round",
      state: begunState.encode(parameters, parameters.proposal),
      broadcast: parameters.proposal,
    }),
    advance,
    restore,
  };

  function advance(state: Uint8Array, round: number, received: readonly Received[]): Eventually<Step<SigningResult>> {
    const isComplete = others.every((other, at) => received[at]?.from === other) && received.length === others.length;
    if (!isComplete) return gaveUp([], "the messages of this round are not those of all other signers");
    switch (round) {
      case 1:
        return agree(parameters, { options, state, received });
      case 2:
        return isSecondUse(state, received)
          ? gaveUp([], "the nonces of this signing were used for other commitments already")
          : shareSignature(parameters, state, received);
      case 3:
        return aggregate(parameters, state, received);
      default:
        return gaveUp([], `a signing has no round ${round}`);
    }
  }

  /**
   * Two shares with the same nonces over different commitments give the secret away. The session never asks twice unless
   * nothing has left; this holds for whoever drives the protocol in another way.
   */
  function isSecondUse(state: Uint8Array, received: readonly Received[]): boolean {
    const nonces = encodeHex(sha256(state));
    const use = encodeHex(sha256(concat(...received.map(({ broadcast }) => broadcast ?? new Uint8Array()))));
    const before = usedFor.get(nonces) ?? use;
    usedFor.set(nonces, before);
    return before !== use;
  }
}

function restore(state: Uint8Array): SigningResult {
  const result = decodeSigningResult(state);
  if (!result.ok) throw new UsageError("usage.state", "the saved result is damaged");
  return result.value;
}
