import { accepted, type Decoded, refused } from "@countersign/wire";
import { type GroupPsbt, readGroupPsbt, sighashMessage } from "../group-psbt.ts";
import type { KeyShare } from "../key-share.ts";
import { contentOf, type Payload } from "../payload.ts";

/** One signature: over what, and under which key. */
export interface SigningJob {
  readonly message: Uint8Array;
  /** The output key of these scripts signs (BIP-341); the group's key itself where it is missing. */
  readonly merkleRoot?: Uint8Array;
}

/** What a payload comes to. */
export interface Work {
  /** As it travelled. */
  readonly payload: Payload;
  readonly psbt?: GroupPsbt;
  readonly jobs: readonly SigningJob[];
}

/** The signatures that a payload asks for, in order: one per input of the group, or one. */
export function planWork(payload: Payload, { suite, groupKey }: Pick<KeyShare, "suite" | "groupKey">): Decoded<Work> {
  if (payload.kind !== "psbt") return accepted({ payload, jobs: [{ message: contentOf(payload) }] });
  if (suite !== "secp256k1-taproot") return refused("wire.unknown-kind", `a key of ${suite} signs no PSBT`);
  const psbt = readGroupPsbt(payload.bytes, groupKey);
  if (!psbt.ok) return psbt;
  const jobs = psbt.value.inputs.map((input) => ({
    message: sighashMessage(psbt.value, input),
    merkleRoot: input.merkleRoot,
  }));
  return accepted({ payload, psbt: psbt.value, jobs });
}
