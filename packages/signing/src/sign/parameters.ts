import { concat, lp, UsageError, u16, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import type { KeyShare } from "../key-share.ts";
import { encodePayload } from "../payload.ts";
import { type Suite, suites } from "../suite.ts";
import type { SignOptions } from "./sign-options.ts";
import { planWork } from "./signing-job.ts";

/** The options, checked, and what follows from them. */
export interface SignParameters {
  readonly suite: Suite;
  readonly share: KeyShare;
  readonly signers: readonly number[];
  readonly others: readonly number[];
  readonly transcript: Uint8Array;
  /** One's own proposal, encoded; empty without one. */
  readonly proposal: Uint8Array;
  /** Stands at the head of every saved state, 32 bytes. */
  readonly context: Uint8Array;
}

/** Throws `UsageError` for what nothing can be signed with. */
export function checkSignOptions({ share, signers, transcript, proposal }: SignOptions): SignParameters {
  const ascending = signers.every(
    (number, at) => number > (signers[at - 1] ?? 0) && share.verificationShares.has(number),
  );
  if (!ascending) throw usage("signers must be parties of the key, ascending and distinct");
  if (!signers.includes(share.number)) throw usage("this party must be one of the signers");
  if (signers.length < share.threshold) throw usage(`the key wants ${share.threshold} signers`);
  if (transcript.length !== 32) throw usage("a transcript has 32 bytes");
  const work = proposal && planWork(proposal, share);
  if (work?.ok === false) throw new UsageError("usage.proposal", work.detail);
  const label = utf8("countersign/1 frost-sign state");
  const roster = concat(u16(share.number), ...signers.map(u16));
  const context = sha256(concat(label, lp(utf8(share.suite)), share.groupKey, transcript, roster));
  return {
    suite: suites[share.suite],
    share,
    signers: [...signers],
    others: signers.filter((number) => number !== share.number),
    transcript: transcript.slice(),
    proposal: proposal ? encodePayload(proposal) : new Uint8Array(),
    context,
  };
}

function usage(message: string): UsageError {
  return new UsageError("usage.sign", message);
}
