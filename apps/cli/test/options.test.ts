import { describe, expect, it } from "vitest";
import {
  checkTogether,
  defaultLabel,
  readCodeLife,
  readGrace,
  readLabel,
  readRelay,
  readWords,
  relayOfLink,
} from "../src/options.ts";

const flags = { grace: 20 };
const usage = (code: string) => expect.objectContaining({ code, exit: 2 });

describe("options", () => {
  it.each([
    [readWords, "4", 4],
    [readWords, "16", 16],
    [readCodeLife, "60", 60],
    [readCodeLife, "86400", 86_400],
    [readGrace, "0", 0],
  ])("%o takes %s", (read, text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each([
    [readWords, "3"],
    [readWords, "17"],
    [readWords, "four"],
    [readWords, "4.5"],
    [readWords, ""],
    [readCodeLife, "59"],
    [readCodeLife, "-60"],
    [readCodeLife, "1e3"],
    [readCodeLife, "86401"],
  ])("%o does not take %j", (read, text) => {
    expect(() => read(text)).toThrow(usage("usage.number"));
  });

  it("know the nodes of a relay, given together or one after the other", () => {
    expect(readRelay("ws://a.example, ws://b.example")).toBe("ws://a.example,ws://b.example");
    expect(readRelay("ws://b.example", "ws://a.example")).toBe("ws://a.example,ws://b.example");
    for (const text of ["ws://a.example,", "ws://a.example,b.example"]) {
      expect(() => readRelay(text)).toThrow(usage("usage.relay"));
    }
  });

  it("take the link of one node for the whole relay, and that of another relay for itself", () => {
    const chosen = "ws://a.example,ws://b.example/v1";
    expect(relayOfLink("ws://b.example/", chosen)).toBe(chosen);
    expect(relayOfLink("ws://c.example", chosen)).toBe("ws://c.example");
    expect(() => relayOfLink("http://b.example", chosen)).toThrow(usage("usage.relay"));
  });

  it("know a relay by its scheme", () => {
    expect(readRelay("ws://127.0.0.1:8765")).toBe("ws://127.0.0.1:8765");
    expect(readRelay("wss://relay.example/x")).toBe("wss://relay.example/x");
    for (const text of ["http://relay.example", "relay.example:8765", "", "ws://relay/\u001b[2J"]) {
      expect(() => readRelay(text)).toThrow(usage("usage.relay"));
    }
  });

  it("take labels that can be shown", () => {
    expect(readLabel("Jürgen")).toBe("Jürgen");
    for (const text of ["", " bob", "a\u202eb", "x".repeat(65)]) {
      expect(() => readLabel(text)).toThrow(usage("usage.label"));
    }
  });

  it("have names that tell the two ends apart", () => {
    expect(defaultLabel("sender")).toMatch(/ \(sender\)$/);
    expect(readLabel(defaultLabel("receiver"))).toBe(defaultLabel("receiver"));
  });
});

describe("options that do not go together", () => {
  it("are refused with the reason", () => {
    expect(() => checkTogether({ ...flags, yes: true }, undefined, "--to")).toThrow(/only with --to LABEL/);
    expect(() => checkTogether({ ...flags, as: "bob" }, "bob", "--to")).toThrow(usage("usage.as"));
    expect(() => checkTogether({ ...flags, label: "me" }, "bob", "--to")).toThrow(usage("usage.label"));
    expect(() => checkTogether({ ...flags, encrypt: true }, undefined, "--to")).toThrow(usage("usage.encrypt"));
  });

  it("and those that do are taken", () => {
    expect(() => {
      checkTogether({ ...flags, yes: true }, "bob", "--from");
      checkTogether({ ...flags, as: "bob", encrypt: true, label: "me" }, undefined, "--to");
    }).not.toThrow();
  });
});
