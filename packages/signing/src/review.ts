import type { Network } from "./network.ts";

/** What a payload is about, as this party's own machine read it; shown before anything of the signature leaves. */
export type Review = PsbtReview | TextReview | BytesReview;

/** What the three kinds have alike. */
export interface ReviewBase {
  /** Sixteen hex digits in four groups (`1f0c 93aa 5b7e 20d4`), the same for all who look at the same payload in the same session. */
  readonly digest: string;
  /** The whole summary, line by line, safe to print: nothing in it moves a cursor or hides its neighbour. */
  readonly lines: readonly string[];
  /** What a person should know before saying yes, in whole sentences, safe to print; they stand in `lines` as well. */
  readonly warnings: readonly string[];
}

/** A transaction. Amounts in satoshi. */
export interface PsbtReview extends ReviewBase {
  readonly kind: "psbt";
  readonly network: Network;
  readonly inputs: readonly ReviewedInput[];
  readonly outputs: readonly ReviewedOutput[];
  /** What leaves the group's own outputs for good: its inputs less its change; fee included. */
  readonly spent: bigint;
  readonly fee: bigint;
  /** Satoshi per virtual byte of the finished transaction; missing where signatures of others still are. */
  readonly feeRate?: number;
}

/** An input of a reviewed transaction. */
export interface ReviewedInput {
  readonly outpoint: string;
  readonly amount: bigint;
  /** Whether it spends a coin of the group's key. */
  readonly ours: boolean;
  /** The name of the sighash type (BIP-341), for an input that is signed now: DEFAULT or ALL unless something is odd. */
  readonly sighash?: string;
}

/** An output of a reviewed transaction. */
export interface ReviewedOutput {
  /** The address, or the script in hex where there is none. */
  readonly to: string;
  readonly amount: bigint;
  /** It goes back to the group's own address, which its key alone can spend. */
  readonly change: boolean;
}

/** A text, signed as its UTF-8 bytes. */
export interface TextReview extends ReviewBase {
  readonly kind: "text";
  readonly bytes: number;
}

/** Bytes that nobody can read. */
export interface BytesReview extends ReviewBase {
  readonly kind: "bytes";
  readonly bytes: number;
}
