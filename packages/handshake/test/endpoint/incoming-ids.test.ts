import { expect, test } from "vitest";
import { IncomingIds } from "../../src/endpoint/incoming-ids.ts";

test("a channel is opened once, and above the last, or among the 32 before it", () => {
  const ids = new IncomingIds();
  expect([1, 101, 101, 39, 39, 37, 1].map((id) => ids.take(id))).toEqual([
    true,
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
  // What is forgotten is too old to be taken again.
  expect([1_001, 101, 39, 937, 939].map((id) => ids.take(id))).toEqual([true, false, false, false, true]);
});
