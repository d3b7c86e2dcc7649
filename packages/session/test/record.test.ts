import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRecord, encodeRecord, verifyRecord } from "../src/index.ts";
import { verify } from "./support/party.ts";
import { Table } from "./support/table.ts";

const table = new Table(3);
table.start();
table.run();
const text = table.party(1).of("complete")[0]?.record ?? "";

describe("a ceremony record", () => {
  it("is verified with nothing but itself, and says who and what", () => {
    const verified = verifyRecord(text, verify);
    expect(verified).toMatchObject({ ok: true, record: { threshold: 2, confirmation: "sas", kind: "exchange" } });
    if (!verified.ok) return;
    expect(verified.record.parties.map(({ label }) => label)).toEqual(["alice", "bob", "carol"]);
    expect(verified.record.protocol.rounds.map(({ name }) => name)).toEqual(["commit", "reveal"]);
    expect(encodeRecord(verified.record)).toBe(text);
  });

  it("does not hold when any part of it is another one", () => {
    const record = JSON.parse(text) as { [key: string]: unknown };
    const flip = (digits: string) => (digits.startsWith("0") ? "1" : "0") + digits.slice(1);
    const turned = (value: unknown): readonly unknown[] => {
      if (typeof value === "string") return [/^[0-9a-f]{32,}$/.test(value) ? flip(value) : `${value}x`];
      if (typeof value === "number") return [value + 10];
      if (typeof value === "boolean") return [!value];
      if (Array.isArray(value)) {
        return [value.slice(1), ...value.flatMap((item, index) => turned(item).map((one) => value.with(index, one)))];
      }
      const object = value as { [key: string]: unknown };
      return Object.keys(object).flatMap((key) => turned(object[key]).map((one) => ({ ...object, [key]: one })));
    };
    const others = [...turned(record), { ...record, kind: "sign" }, { ...record, confirmation: "pins" }];
    expect(others.length).toBeGreaterThan(25);
    for (const other of others) {
      const verified = verifyRecord(`${JSON.stringify(other, null, 2)}\n`, verify);
      expect(verified.ok).toBe(false);
    }
  });

  it("names those who did not sign it", () => {
    const other = text.replace(/("number": 2,[\s\S]*?"signature": ")../, "$100");
    expect(verifyRecord(other, verify)).toMatchObject({ ok: false, code: "record.signature", unsigned: [2] });
  });

  it("has one form", () => {
    for (const other of [
      text.trimEnd(),
      JSON.stringify(JSON.parse(text)),
      text.replace("{", '{ "more": 1,'),
      `${text} `,
    ]) {
      expect(decodeRecord(other).ok).toBe(false);
    }
    expect(decodeRecord(" ".repeat(1024 * 1024 + 1))).toMatchObject({ code: "wire.too-long" });
    expect(decodeRecord("[".repeat(100))).toMatchObject({ code: "wire.malformed" });
  });

  it("may be anything without making the reader throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (other) => {
          expect(verifyRecord(other, verify).ok).toBe(false);
        },
      ),
    );
  });

  it("holds no secret", () => {
    // The shares of the protocol are what is secret here; they stand in the checkpoints.
    const { state } = table.party(1).of("round-ready")[0] ?? {};
    expect(state?.length).toBe(32);
    expect(text).not.toContain(Array.from(state ?? [], (byte) => byte.toString(16).padStart(2, "0")).join(""));
  });
});
