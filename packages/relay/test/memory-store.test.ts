import { createMemoryStore } from "@countersign/relay";
import { storeContract } from "@countersign/relay/store-contract";
import { describe, expect, it } from "vitest";

describe("the memory store", () => {
  for (const { name, needs, run } of storeContract) {
    if (needs !== "nothing") continue;
    it(name, async () => {
      await expect(run({ open: () => Promise.resolve(createMemoryStore()) })).resolves.toBeUndefined();
    });
  }
});
