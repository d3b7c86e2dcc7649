import type { Done, GaveUp, Received } from "@countersign/session";
import { concat, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { foreignState, gaveUp, named } from "../gave-up.ts";
import { decodePayload } from "../payload.ts";
import { encodeSigningResult, type SigningResult } from "../signing-result.ts";
import { decodeScalar, SCALAR_BYTES } from "../suite.ts";
import { finish } from "./finish.ts";
import type { SignParameters } from "./parameters.ts";
import { commitmentList } from "./share-signature.ts";
import { type Shared, sharedState } from "./sign-state.ts";
import { planWork, type SigningJob } from "./signing-job.ts";
import { identifierOf, signingKey } from "./signing-key.ts";

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

function addUp(parameters: SignParameters, { own, shares, job, at }: Sum): Uint8Array | GaveUp {
  const { suite, share, signers } = parameters;
  const { pub, publicKey } = signingKey(share, signers, job.merkleRoot);
  const list = commitmentList(parameters, own.commitments, at);
  const message = new Uint8Array(job.message);
  const ofJob = new Map(signers.map((number) => [number, shareAt(shares.get(number), at)]));
  const byIdentifier = [...ofJob].map(([number, bytes]) => [identifierOf(suite, number), bytes] as const);
  try {
    const signature = suite.frost.aggregate(pub, list, message, Object.fromEntries(byIdentifier));
    if (suite.verify(signature, job.message, publicKey)) return signature;
  } catch {
    // The sum is no signature: each share by itself tells whose fault it is.
    const culprits = [...ofJob].flatMap(([number, bytes]) => {
      const fits = suite.frost.verifyShare(pub, list, message, identifierOf(suite, number), bytes);
      return fits ? [] : [number];
    });
    if (culprits.length > 0 && !culprits.includes(share.number)) {
      return gaveUp(culprits, `${named(culprits)} sent a wrong signature share`);
    }
  }
  return gaveUp([], "the signature shares do not make a signature");
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
