import { generateIdentity, systemRandomBytes } from "@countersign/client";
import { describe, expect, it } from "vitest";
import { Keeping } from "../../src/session/keeping.ts";
import { OneAtATime } from "../../src/session/one-at-a-time.ts";
import { MemoryContacts } from "./memory-contacts.ts";

/** What is pinned of a party. */
function pinOf(label: string, number = 2) {
  const { noiseStatic, ed25519 } = generateIdentity();
  return {
    label,
    number,
    noiseStatic: noiseStatic.publicKey,
    ed25519: ed25519.publicKey,
    linkPsk: systemRandomBytes(32),
  };
}

/** What sessions of one daemon keep. */
function sessionsWith(book: MemoryContacts) {
  const turns = new OneAtATime();
  const self = { label: "alice", identity: generateIdentity() };
  return () => new Keeping({ book, relay: "ws://relay", self, wanted: undefined, turns, note: async () => undefined });
}

describe("contacts", () => {
  it("of one name are not kept by two sessions that come to it at once", async () => {
    const book = new MemoryContacts();
    const session = sessionsWith(book);
    const both = [session(), session()] as const;
    for (const one of both) await one.want("bob", "bob");
    for (const one of both) one.ready([pinOf("bob")]);
    const kept = await Promise.allSettled(both.map((one) => one.isKept("bob")));
    expect(kept).toEqual([
      { status: "fulfilled", value: true },
      { status: "rejected", reason: expect.objectContaining({ code: -8 }) },
    ]);
  });

  it("are kept beside one whose name was taken meanwhile", async () => {
    const book = new MemoryContacts();
    const session = sessionsWith(book);
    const [first, second] = [session(), session()];
    await second.want("bob", "bob");
    await second.want("carol", "carol");
    await first.want("bob", "bob");
    first.ready([pinOf("bob")]);
    expect(await first.isKept("bob")).toBe(true);
    second.ready([pinOf("bob"), pinOf("carol", 3)]);
    expect(await second.isKept("carol")).toBe(true);
    await expect(second.isKept("bob")).rejects.toMatchObject({ code: -8 });
    expect([...book.known.keys()]).toEqual(["bob", "carol"]);
  });
});
