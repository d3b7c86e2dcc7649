import { accepted, CountersignError, refused, UsageError } from "@countersign/wire";
import { describe, expect, it } from "vitest";

describe("errors", () => {
  it("carry a code to branch on, a name, and what caused them", () => {
    const cause = new Error("below");
    const error = new UsageError("usage.length", "a token has 16 bytes", { cause });
    expect(error).toBeInstanceOf(CountersignError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "UsageError", code: "usage.length", message: "a token has 16 bytes", cause });
    expect(new CountersignError("relay.unreachable", "no answer")).toMatchObject({
      name: "CountersignError",
      code: "relay.unreachable",
    });
  });

  it("are no answers: decoders say what they accept and refuse as values", () => {
    expect(accepted(7)).toEqual({ ok: true, value: 7 });
    expect(refused("wire.padding", "padding that is not zero")).toEqual({
      ok: false,
      code: "wire.padding",
      detail: "padding that is not zero",
    });
  });
});
