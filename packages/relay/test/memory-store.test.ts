import { createMemoryStore } from "@countersign/relay";
import { storeContract } from "@countersign/relay/store-contract";
import { describe, expect, it } from "vitest";

describe("the memory store", () => {
  for (const { name, durable, run } of storeContract) {
    if (durable) continue;
    it(name, async () => {
      await expect(run({ open: () => Promise.resolve(createMemoryStore()) })).resolves.toBeUndefined();
    });
  }
});
