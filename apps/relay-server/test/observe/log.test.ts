import { DamagedLogError } from "@countersign/relay";
import { expect, it } from "vitest";
import { reasonOf, StartError, StoreError } from "../../src/failure.ts";
import { type Log, logFailure } from "../../src/log.ts";

function thrown(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

it("what the relay throws is told in its own words", () => {
  for (const OwnError of [StartError, StoreError, DamagedLogError]) {
    expect(reasonOf(new OwnError("the disk is full"))).toBe("the disk is full");
  }
});

it("what others throw is told by its kind and place: their words may be a client's", () => {
  const errors = [
    thrown(() => JSON.parse('{"canary": canary}')),
    thrown(() => new URL("canary://[canary")),
    thrown(() => decodeURIComponent("%canary")),
    new Error("canary\n    at canary"),
    "canary",
    { canary: "canary" },
  ];
  for (const error of errors) expect(reasonOf(error), String(error)).not.toContain("canary");
  expect(reasonOf(errors[0])).toMatch(/^SyntaxError at .*log\.test\.ts:\d+/);
  expect(reasonOf(errors[1])).toMatch(/^ERR_INVALID_URL at /);
  expect(reasonOf("canary")).toBe("a string was thrown");
});

it("a failure of the store is nobody's error but the store's", () => {
  const lines: unknown[] = [];
  const note = (level: string) => (facts: object, message: string) => lines.push([level, message, facts]);
  const log: Log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  logFailure(log, new StoreError("the disk is full"), { message: "a call failed", method: "Session.open" });
  logFailure(log, new StartError("x"), { message: "a log could not be trimmed" });
  expect(lines).toEqual([
    ["debug", "a call failed", { method: "Session.open", reason: "the disk is full" }],
    ["error", "a log could not be trimmed", { reason: "x" }],
  ]);
});
