import { defaultLimits, startRelay } from "@countersign/relay-server";
import { describe, expect, it } from "vitest";
import { type Limits, limitRanges, withDefaultLimits } from "../../src/limits/limits.ts";

const names = Object.keys(limitRanges) as (keyof Limits)[];

describe.each(names)("the limit %s", (name) => {
  const { min, max } = limitRanges[name];

  it.each([min, defaultLimits[name], max])("may be %d", (value) => {
    expect(withDefaultLimits({ [name]: value })).toEqual({ ...defaultLimits, [name]: value });
  });

  it.each([min - 1, max + 1, min + 0.5, Number.NaN, -0.5])("keeps the relay from starting as %d", async (value) => {
    const sentence = `the limit ${name} must be a whole number from ${min} to ${max}`;
    await expect(startRelay({ limits: { [name]: value } })).rejects.toThrow(sentence);
  });
});

it("a name that is no limit keeps the relay from starting", async () => {
  for (const name of ["messages", "constructor", "__proto__"]) {
    const limits = Object.fromEntries([[name, 1]]);
    await expect(startRelay({ limits })).rejects.toThrow(`there is no limit ${name}`);
  }
});
