import { describe, expect, it } from "vitest";
import { SasCheck } from "../../src/session/sas-check.ts";

const check = () => new SasCheck({ words: "acme-adviser-acme-adviser-acme", digits: "012345" }, ["bob", "carol"]);

describe("a SAS", () => {
  it.each([
    true,
    "true",
    "acme-adviser-acme-adviser-acme",
    "Acme adviser  ACME–adviser_acme",
    "012345",
    "012-345",
    12_345,
  ])("agrees with %j", (answer) => {
    expect(check().agrees(answer)).toBe(true);
  });

  it.each(["", "acme", "acme-adviser-acme-adviser-adviser", "12345", "0123456", 123_456, -12_345, "yes"])(
    "does not agree with %j",
    (answer) => {
      expect(check().agrees(answer)).toBe(false);
    },
  );

  it.each([false, "false"])("is not the same by %j", (answer) => {
    expect(check().agrees(answer)).toBeUndefined();
  });

  it("is compared when it was heard of everybody", () => {
    const one = check();
    expect([one.heard("bob"), one.left]).toEqual([false, ["carol"]]);
    expect([one.heard("bob"), one.heard("carol"), one.left]).toEqual([false, true, []]);
    expect(check().heard()).toBe(true);
  });
});
