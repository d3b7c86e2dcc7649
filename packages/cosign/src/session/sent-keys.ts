import { limits } from "./limits.ts";

/** Which messages were sent under which idempotency key, so that a call that is made again sends nothing again. */
export class SentKeys {
  private readonly sent = new Map<string, { readonly text: string; readonly seq: number }>();

  /** The seq under which this was sent; undefined if the key is new, "other" if it stands for something else. */
  find(key: string, text: string): number | "other" | undefined {
    const found = this.sent.get(key);
    if (found === undefined) return undefined;
    return found.text === text ? found.seq : "other";
  }

  add(key: string, entry: { readonly text: string; readonly seq: number }): void {
    this.sent.set(key, entry);
    const [oldest] = this.sent.keys();
    if (oldest !== undefined && this.sent.size > limits.keys.count) this.sent.delete(oldest);
  }
}
