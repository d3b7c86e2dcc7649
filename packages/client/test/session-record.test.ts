import { addEntry, beginRecord, decodeEntry, encodeEntry, type JournalEntry } from "@countersign/client";
import { utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { invitation, self } from "./support/seat.ts";

describe("a record", () => {
  const origin = {
    parameters: invitation.parameters,
    number: 1,
    eid: new Uint8Array(32),
    token: "token",
    self,
    trust: { type: "code", prk: new Uint8Array(32).fill(9) },
  } as const;
  const pin = {
    number: 2,
    label: "bob",
    noiseStatic: new Uint8Array(32),
    ed25519: new Uint8Array(32),
    linkPsk: new Uint8Array(32),
  };

  test("loses the code with the last pair that comes up", () => {
    const member: JournalEntry = {
      type: "member",
      number: 2,
      eid: new Uint8Array(32).fill(1),
      versions: Uint8Array.of(1),
    };
    let record = addEntry(beginRecord(origin), member);
    expect(record?.origin.trust).toEqual(origin.trust);
    record = addEntry(record, { type: "up", identity: pin });
    expect(record?.origin.trust).toEqual({ type: "code", prk: undefined });
  });

  test("comes back from bytes as it was", () => {
    const record = beginRecord(origin);
    for (const entry of [
      { type: "member", number: 2, eid: new Uint8Array(32).fill(1), versions: Uint8Array.of(1) },
      { type: "at", peer: 2, at: 2n ** 64n - 1n },
      { type: "up", identity: pin },
      { type: "posted", peers: [2], kind: 1, content: Uint8Array.of(1, 2) },
      { type: "received", peer: 2, kind: 1, content: new Uint8Array(0) },
    ] as const) {
      addEntry(record, entry);
    }
    const decoded = decodeEntry(encodeEntry({ type: "record", record }));
    expect(decoded).toEqual({ ok: true, value: { type: "record", record } });
  });

  test.each([
    "",
    "[]",
    "null",
    '{"type":"toString"}',
    '{"type":1}',
    '{"type":"seen","seq":{"base64url":"*"}}',
    '{"type":"at","at":{"u64":"x"}}',
  ])("is not made of %s", (text) => {
    expect(decodeEntry(utf8(text))).toMatchObject({ ok: false, code: "wire.malformed" });
  });
});
