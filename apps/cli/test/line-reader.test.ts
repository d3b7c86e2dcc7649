import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { LineReader } from "../src/screens/line-reader.ts";

/** An input, and a way to know that what was written to it has been read. */
function begin() {
  const input = new PassThrough();
  const reader = new LineReader(input);
  const never = new AbortController().signal;
  return { input, reader, never };
}

describe("answers by line", () => {
  it("may all be there before the questions are", async () => {
    const { input, reader, never } = begin();
    input.write("yes\nno\n");
    expect([await reader.next(never), await reader.next(never)]).toEqual(["yes", "no"]);
    input.end();
    expect(await reader.next(never)).toBeUndefined();
  });

  it("do not answer the next question if theirs was taken back before they came", async () => {
    const { input, reader, never } = begin();
    const first = new AbortController();
    const asked = reader.next(first.signal);
    first.abort(new Error("it is about nothing any more"));
    await expect(asked).rejects.toThrow("about nothing");
    input.write("yes\n");
    // What is written goes through the stream and readline in turns of their own.
    await new Promise((resolve) => setImmediate(resolve));
    const second = reader.next(never);
    input.write("no\n");
    expect(await second).toBe("no");
  });

  it("that were typed ahead do not outlive a question that was taken back", async () => {
    const { input, reader, never } = begin();
    input.write("one\ntwo\n");
    expect(await reader.next(never)).toBe("one");
    await expect(reader.next(AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
    const next = reader.next(never);
    input.write("three\n");
    expect(await next).toBe("three");
  });
});
