import { accepted, concat, type Decoded, encodeHex, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import type { KeyShare } from "./key-share.ts";
import type { Network } from "./network.ts";
import { contentOf, encodePayload, type Payload } from "./payload.ts";
import type { BytesReview, Review, TextReview } from "./review.ts";
import { reviewPsbt } from "./review-psbt.ts";
import { planWork } from "./sign/signing-job.ts";
import { holdsUnseen, spellOut } from "./spell-out.ts";

/** In which session a payload is looked at. */
export interface ReviewContext {
  /** GT, 32 bytes. */
  readonly transcript: Uint8Array;
  /** Whose addresses are shown; mainnet by default. */
  readonly network?: Network;
}

const SHOWN_BYTES = 64;

/**
 * Reads a payload for the eyes of this party's user. A payload that cannot be signed with this key is refused with a
 * sentence that says why.
 */
export function reviewPayload(
  payload: Payload,
  key: Pick<KeyShare, "suite" | "groupKey">,
  { transcript, network = "mainnet" }: ReviewContext,
): Decoded<Review> {
  const work = planWork(payload, key);
  if (!work.ok) return work;
  const digest = payloadDigest(payload, key, transcript);
  if (work.value.psbt !== undefined) {
    return accepted(reviewPsbt(work.value.psbt, { groupKey: key.groupKey, network, digest }));
  }
  const warnings = warningsOf(payload, key);
  return accepted(
    payload.kind === "text" ? reviewText(payload.text, digest, warnings) : reviewBytes(payload.bytes, digest, warnings),
  );
}

/**
 * Sixteen hex digits for people to compare: H("countersign/1 proposal" ‖ GT ‖ group key ‖ encoded payload). Neither the
 * words of a SAS or a code look like it nor its six digits.
 */
export function payloadDigest(
  payload: Payload,
  { groupKey }: Pick<KeyShare, "groupKey">,
  transcript: Uint8Array,
): string {
  const digest = sha256(concat(utf8("countersign/1 proposal"), transcript, groupKey, encodePayload(payload)));
  return [0, 2, 4, 6].map((at) => encodeHex(digest.subarray(at, at + 2))).join(" ");
}

function reviewText(text: string, digest: string, warnings: readonly string[]): TextReview {
  const lines = text.split("\n").map((line) => `  ${spellOut(line)}`);
  const bytes = utf8(text).length;
  return {
    kind: "text",
    bytes,
    digest,
    warnings,
    lines: [`Text of ${bytes} bytes:`, ...lines, ...closing(digest, warnings)],
  };
}

function reviewBytes(content: Uint8Array, digest: string, warnings: readonly string[]): BytesReview {
  const head = encodeHex(content.subarray(0, SHOWN_BYTES)).replaceAll(/.{2}(?=.)/g, "$& ");
  const rest = content.length > SHOWN_BYTES ? ` … and ${content.length - SHOWN_BYTES} bytes more` : "";
  const hash = encodeHex(sha256(content));
  const lines = [`${content.length} bytes:`, `  ${head}${rest}`, `SHA-256 ${hash}`, ...closing(digest, warnings)];
  return { kind: "bytes", bytes: content.length, digest, warnings, lines };
}

function warningsOf(payload: Payload, { suite }: Pick<KeyShare, "suite">): string[] {
  const warnings: string[] = [];
  if (payload.kind === "bytes") warnings.push("Nobody can read these bytes: be sure of where they come from.");
  if (payload.kind === "text" && payload.text.split("\n").some(holdsUnseen)) {
    warnings.push("The text holds characters that cannot be seen; they are written as \\u and four digits.");
  }
  if (suite === "secp256k1-taproot" && contentOf(payload).length === 32) {
    warnings.push(
      "It has 32 bytes, as the hash of a transaction has: whoever gave it to you may spend with the signature.",
    );
  }
  return warnings;
}

function closing(digest: string, warnings: readonly string[]): string[] {
  return [...warnings.map((warning) => `Warning: ${warning}`), `Digest ${digest}`];
}
