import { concat, decodeUtf8, encodeHex } from "@countersign/wire";
import type { FROST } from "@noble/curves/abstract/frost.js";
import { ed25519_FROST } from "@noble/curves/ed25519.js";
import { secp256k1_FROST } from "@noble/curves/secp256k1.js";
import { describe, expect, test } from "vitest";
import { frostSign, type KeyShare } from "../src/index.ts";
import { encodePayload } from "../src/payload.ts";
import { evaluate, evaluateCommitted } from "../src/polynomial.ts";
import { checkSignOptions } from "../src/sign/parameters.ts";
import { approvedState } from "../src/sign/sign-state.ts";
import { type Suite, suites } from "../src/suite.ts";
import { type Rfc9591, type RoundOne, unhex } from "./rfc9591.ts";
import { sharedVectors } from "./shared-vectors.ts";

const read = (path: string) => {
  const text = sharedVectors(path);
  return text === undefined ? undefined : (JSON.parse(text) as Rfc9591);
};

const ed25519Path = "rfc9591/frost-ed25519-sha512.json";
const secp256k1Path = "rfc9591/frost-secp256k1-sha256.json";
const ed25519File = read(ed25519Path);
const secp256k1File = read(secp256k1Path);

/** The polynomial of the vector's dealer gives the shares that are published, as secrets and committed to. */
function polynomialHolds(suite: Suite, { inputs }: Rfc9591): void {
  const coefficients = [inputs.group_secret_key, ...inputs.share_polynomial_coefficients].map((each) =>
    suite.parseScalar(unhex(each)),
  );
  const commitments = coefficients.map((each) => suite.base.multiply(each));
  expect(encodeHex(commitments[0]?.toBytes() ?? new Uint8Array())).toBe(inputs.group_public_key);
  for (const { identifier, participant_share } of inputs.participant_shares) {
    const share = evaluate(suite, coefficients, identifier);
    expect(encodeHex(suite.encodeScalar(share))).toBe(participant_share);
    expect(evaluateCommitted(suite, commitments, identifier).equals(suite.base.multiply(share))).toBe(true);
  }
}

/** The nonces of the vector come out of its randomness. */
function noncesHold(frost: FROST, { inputs, round_one_outputs }: Rfc9591): void {
  for (const one of round_one_outputs.outputs) {
    const share = inputs.participant_shares.find(({ identifier }) => identifier === one.identifier);
    const drawn = [one.hiding_nonce_randomness, one.binding_nonce_randomness].map(unhex);
    const secret = {
      identifier: frost.Identifier.fromNumber(one.identifier),
      signingShare: unhex(share?.participant_share ?? ""),
    };
    const { nonces, commitments } = frost.commit(secret, () => drawn.shift() ?? new Uint8Array(32));
    expect([nonces.hiding, nonces.binding, commitments.hiding, commitments.binding].map(encodeHex)).toEqual([
      one.hiding_nonce,
      one.binding_nonce,
      one.hiding_nonce_commitment,
      one.binding_nonce_commitment,
    ]);
  }
}

describe.skipIf(!ed25519File)(
  `FROST(Ed25519, SHA-512) of RFC 9591, E.1${ed25519File ? "" : ` (skipped: ${ed25519Path} is missing)`}`,
  () => {
    const file = ed25519File as Rfc9591;
    const suite = suites.ed25519;

    test("has our shares and our nonces", () => {
      expect.hasAssertions();
      polynomialHolds(suite, file);
      noncesHold(ed25519_FROST, file);
    });

    test("has our signature shares and our signature, by the very rounds that a ceremony runs", async () => {
      const { inputs, round_one_outputs, round_two_outputs, final_output } = file;
      const signers = inputs.participant_list;
      const text = decodeUtf8(unhex(inputs.message));
      if (!text.ok) throw new Error("the message is no text");
      const payload = encodePayload({ kind: "text", text: text.value });
      const commitmentsOf = (one: RoundOne) =>
        concat(unhex(one.hiding_nonce_commitment), unhex(one.binding_nonce_commitment));
      const verificationShares = new Map(
        inputs.participant_shares.map(({ identifier, participant_share }) => [
          identifier,
          suite.base.multiply(suite.parseScalar(unhex(participant_share))).toBytes(),
        ]),
      );
      const runs = signers.map((number, at) => {
        const share: KeyShare = {
          suite: "ed25519",
          threshold: Number(file.config.MIN_PARTICIPANTS),
          parties: Number(file.config.MAX_PARTICIPANTS),
          number,
          secretShare: unhex(
            inputs.participant_shares.find(({ identifier }) => identifier === number)?.participant_share ?? "",
          ),
          groupKey: unhex(inputs.group_public_key),
          verificationShares,
          transcript: new Uint8Array(32),
        };
        const options = { share, signers, transcript: new Uint8Array(32), approve: () => true, randomBytes: unreached };
        const own = round_one_outputs.outputs[at] as RoundOne;
        const seeds = concat(unhex(own.hiding_nonce_randomness), unhex(own.binding_nonce_randomness));
        const state = approvedState.encode(checkSignOptions(options), {
          payload,
          seeds,
          commitments: commitmentsOf(own),
        });
        return { number, state, protocol: frostSign(options) };
      });
      const commitments = round_one_outputs.outputs.map((one) => ({
        from: one.identifier,
        broadcast: commitmentsOf(one),
      }));
      const shares: { from: number; broadcast: Uint8Array; state: Uint8Array }[] = [];
      for (const { number, state, protocol } of runs) {
        const step = await protocol.advance(
          state,
          2,
          commitments.filter(({ from }) => from !== number),
        );
        if (step.type !== "round" || step.broadcast === undefined) throw new Error(`no share: ${JSON.stringify(step)}`);
        shares.push({ from: number, broadcast: step.broadcast, state: step.state });
      }
      expect(shares.map(({ from, broadcast }) => ({ identifier: from, sig_share: encodeHex(broadcast) }))).toEqual(
        round_two_outputs.outputs,
      );
      for (const [at, { number, protocol }] of runs.entries()) {
        const state = shares[at]?.state ?? new Uint8Array();
        const step = await protocol.advance(
          state,
          3,
          shares.filter(({ from }) => from !== number),
        );
        if (step.type !== "done" || step.result.kind !== "message") throw new Error("no signature");
        expect(encodeHex(step.result.signature)).toBe(final_output.sig);
      }
    });
  },
);

// The RFC has no suite for BIP-340. This one is its sibling over the same curve: shares and nonces are alike, the
// signature is not, which BIP-340's own vectors and Bitcoin's rules are there to judge.
describe.skipIf(!secp256k1File)(
  `FROST(secp256k1, SHA-256) of RFC 9591, E.5${secp256k1File ? "" : ` (skipped: ${secp256k1Path} is missing)`}`,
  () => {
    test("has our shares, and the library's nonces, signature shares and signature", () => {
      const file = secp256k1File as Rfc9591;
      const frost = secp256k1_FROST;
      polynomialHolds(suites["secp256k1-taproot"], file);
      noncesHold(frost, file);
      const { inputs, round_one_outputs, round_two_outputs, final_output } = file;
      const id = (number: number) => frost.Identifier.fromNumber(number);
      const pub = {
        signers: { min: 2, max: 3 },
        commitments: [unhex(inputs.group_public_key)],
        verifyingShares: Object.fromEntries(
          inputs.participant_shares.map(({ identifier, participant_share }) => [
            id(identifier),
            new Uint8Array(
              suites["secp256k1-taproot"].base
                .multiply(suites["secp256k1-taproot"].parseScalar(unhex(participant_share)))
                .toBytes(),
            ),
          ]),
        ),
      };
      const list = round_one_outputs.outputs.map((one) => ({
        identifier: id(one.identifier),
        hiding: unhex(one.hiding_nonce_commitment),
        binding: unhex(one.binding_nonce_commitment),
      }));
      const message = unhex(inputs.message);
      const shares = round_one_outputs.outputs.map((one) => {
        const share = inputs.participant_shares.find(({ identifier }) => identifier === one.identifier);
        const secret = { identifier: id(one.identifier), signingShare: unhex(share?.participant_share ?? "") };
        const nonces = { hiding: unhex(one.hiding_nonce), binding: unhex(one.binding_nonce) };
        return [id(one.identifier), frost.signShare(secret, pub, nonces, list, message)] as const;
      });
      expect(shares.map(([, share]) => encodeHex(share))).toEqual(
        round_two_outputs.outputs.map(({ sig_share }) => sig_share),
      );
      expect(encodeHex(frost.aggregate(pub, list, message, Object.fromEntries(shares)))).toBe(final_output.sig);
    });
  },
);

function unreached(): never {
  throw new Error("no randomness is drawn behind round 2");
}
