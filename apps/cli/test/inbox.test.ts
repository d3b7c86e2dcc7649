import { describe, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { Inbox } from "../src/session/inbox.ts";

const never = new AbortController().signal;

/** How many messages of this length are taken before one is not. */
function fill(inbox: Inbox, length: number): number {
  let taken = 0;
  while (taken < 100_000 && inbox.push(new Uint8Array(length))) taken++;
  return taken;
}

describe("what waits to be read", () => {
  it("is the window and one message at most, and room again when it was read", async () => {
    const inbox = new Inbox();
    const length = 5 + limits.part;
    expect(fill(inbox, length)).toBe(limits.window / limits.part + 1);
    await inbox.next(never);
    await inbox.next(never);
    expect(fill(inbox, length)).toBe(2);
  });

  it("is bounded for empty messages, too", () => {
    expect(fill(new Inbox(), 0)).toBeLessThan(20_000);
  });

  it("keeps no packet alive of which a message was a part", async () => {
    const inbox = new Inbox();
    inbox.push(new Uint8Array(1_000_000).subarray(7, 8));
    expect((await inbox.next(never)).buffer.byteLength).toBe(1);
  });
});
