import { expect, it } from "vitest";
import { encodeEntry, encodeMessageEntry, type MessageEntry } from "../src/index.ts";

it("an entry of a message is the same text, made from its parts or at once", () => {
  const session = "00000000-0000-4000-8000-00000000abcd";
  for (const envelopes of [[{ to: 0, body: "" }], [3, 200].map((to) => ({ to, body: "AAECAwQF_-" }))]) {
    const entry: MessageEntry = { type: "message", session, from: 12, cseq: 345, envelopes };
    expect(encodeMessageEntry(entry, JSON.stringify(envelopes))).toBe(encodeEntry(entry));
  }
});
