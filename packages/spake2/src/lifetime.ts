import { clean } from "@noble/hashes/utils.js";
import { type UsageCode, UsageError } from "./usage-error.ts";

/** How secrets can end. */
type End = Extract<UsageCode, "usage.share-consumed" | "usage.destroyed">;

/** Secrets with an end, at which their bytes are overwritten; to use them afterwards is a mistake of the caller. */
export class Lifetime {
  readonly #secrets: readonly Uint8Array[];
  #end: End | undefined;

  constructor(...secrets: Uint8Array[]) {
    this.#secrets = secrets;
  }

  /** Throws UsageError `usage.share-consumed` or `usage.destroyed` once the secrets have ended. */
  assertNotEnded(): void {
    if (this.#end === "usage.share-consumed") throw new UsageError(this.#end, "a share was already consumed");
    if (this.#end === "usage.destroyed") throw new UsageError(this.#end, "the secrets were destroyed");
  }

  /** Wipes the secrets; the first reason given stays. */
  end(reason: End): void {
    clean(...this.#secrets);
    this.#end ??= reason;
  }
}
