import { utf8 } from "@countersign/wire";
import { hex } from "@scure/base";
import { sha256 } from "@scure/btc-signer/utils.js";
import { limits } from "./limits.ts";

/** A message that was sent under an idempotency key: the key, a digest of the message, and its number. */
export type SentKey = readonly [key: string, digest: string, seq: number];

/** Which messages were sent under which idempotency key, so that a call that is made again sends nothing again. */
export class SentKeys {
  private readonly sent: Map<string, SentKey>;

  constructor(known: readonly SentKey[]) {
    this.sent = new Map(known.map((one) => [one[0], one]));
  }

  /** The number under which this was sent; undefined if the key is new, "other" if it stands for something else. */
  find(key: string, text: string): number | "other" | undefined {
    const [, digest, seq] = this.sent.get(key) ?? [];
    if (digest === undefined) return undefined;
    return digest === digestOf(text) ? seq : "other";
  }

  add(key: string, text: string, seq: number): void {
    this.sent.set(key, [key, digestOf(text), seq]);
    const [oldest] = this.sent.keys();
    if (oldest !== undefined && this.sent.size > limits.keys.sent) this.sent.delete(oldest);
  }

  /** The last ones. */
  get last(): readonly SentKey[] {
    return [...this.sent.values()];
  }
}

function digestOf(text: string): string {
  return hex.encode(sha256(utf8(text)).subarray(0, 16));
}
