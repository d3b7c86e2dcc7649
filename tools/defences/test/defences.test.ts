import { expect, test } from "vitest";
import { defences } from "../defences.ts";
import { checkPlace } from "../patch.ts";

// To take each away and see it missed takes minutes (`pnpm defences`). That each can be taken away is seen at once.
test.each(defences.map((defence) => [defence.against, defence] as const))("what is defended by %s", (_, defence) => {
  expect(() => checkPlace(defence)).not.toThrow();
  expect(defence.replace).not.toBe(defence.find);
});
