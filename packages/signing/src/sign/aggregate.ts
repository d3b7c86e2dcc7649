import type { Done, GaveUp, Received } from "@countersign/session";
import { concat, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { foreignState, gaveUp, named } from "../gave-up.ts";
import { decodePayload } from "../payload.ts";
import { encodeSigningResult, type SigningResult } from "../signing-result.ts";
import { decodeScalar, SCALAR_BYTES } from "../suite.ts";
import { finish } from "./finish.ts";
import { addShares, computeJoint, verifyShare } from "./frost.ts";
import type { SignParameters } from "./parameters.ts";
import { commitmentList } from "./share-signature.ts";
import { type Shared, sharedState } from "./sign-state.ts";
import { planWork, type SigningJob } from "./signing-job.ts";
import { type SigningKey, signingKey } from "./signing-key.ts";

/** Adds up the signature shares, checks each signature as anybody would, and ends. */
export function aggregate(
  parameters: SignParameters,
  state: Uint8Array,
  received: readonly Received[],
): Done<SigningResult> | GaveUp {
  const own = sharedState.decode(parameters, state);
  const payload = own && decodePayload(own.payload);
  const work = payload && planWork(payload, parameters.share);
  if (own === undefined || work?.ok !== true) return foreignState();
  const { jobs } = work.value;
  const shares = new Map(received.map(({ from, broadcast }) => [from, broadcast ?? new Uint8Array()]));
  const malformed = [...shares].flatMap(([from, bytes]) => (areScalars(parameters, bytes, jobs.length) ? [] : [from]));
  if (malformed.length > 0) return gaveUp(malformed, `${named(malformed)} sent no signature share`);
  shares.set(parameters.share.number, own.shares);
  const signatures: Uint8Array[] = [];
  for (const [at, job] of jobs.entries()) {
    const signature = addUp(parameters, { own, shares, job, at });
    if (!(signature instanceof Uint8Array)) return signature;
    signatures.push(signature);
  }
  const result = finish(work.value, signatures);
  const outcome = sha256(concat(utf8("countersign/1 frost-signed"), parameters.transcript, ...signatures));
  return { type: "done", result, outcome, state: encodeSigningResult(result) };
}

interface Sum {
  readonly own: Shared;
  readonly shares: ReadonlyMap<number, Uint8Array>;
  readonly job: SigningJob;
  readonly at: number;
}

/** The signature, if it is one: all shares are right then, and nobody looks at each. */
function addUp(parameters: SignParameters, sum: Sum): Uint8Array | GaveUp {
  const { suite, share, signers } = parameters;
  const { own, shares, job, at } = sum;
  const key = signingKey(share, job.merkleRoot);
  const scalars = signers.map((number) => suite.parseScalar(shareAt(shares.get(number), at)));
  const signature = addShares(suite, own.groupCommitments[at] ?? new Uint8Array(), scalars);
  if (suite.verify(signature, job.message, key.publicKey)) return signature;
  const culprits = findWrong(parameters, { ...sum, key, scalars });
  if (culprits.length > 0 && !culprits.includes(share.number)) {
    return gaveUp(culprits, `${named(culprits)} sent a wrong signature share`);
  }
  return gaveUp([], "the signature shares do not make a signature");
}

/** The sum is no signature: each share by itself tells whose fault it is. */
function findWrong(
  parameters: SignParameters,
  { own, job, at, key, scalars }: Sum & { key: SigningKey; scalars: readonly bigint[] },
): number[] {
  const { suite } = parameters;
  const list = commitmentList(parameters, own.commitments, at);
  const signing = { key: key.publicKey, message: job.message, commitments: list };
  const joint = computeJoint(suite, signing);
  if (joint === undefined) return [];
  return list.flatMap((commitments, place) => {
    const { number } = commitments;
    const verificationShare = key.verificationShare(number);
    const share = scalars[place] ?? 0n;
    const fits = verifyShare(suite, joint, { share, commitments, key: key.publicKey, verificationShare });
    return fits ? [] : [number];
  });
}

function shareAt(shares: Uint8Array | undefined, at: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(shares?.slice(at * SCALAR_BYTES, (at + 1) * SCALAR_BYTES) ?? []);
}

function areScalars({ suite }: SignParameters, bytes: Uint8Array, count: number): boolean {
  if (bytes.length !== count * SCALAR_BYTES) return false;
  return Array.from({ length: count }, (_, at) => shareAt(bytes, at)).every(
    (each) => decodeScalar(suite, each) !== undefined,
  );
}
