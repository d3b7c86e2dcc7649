import { createMemoryStore } from "@countersign/relay";
import { storeContractFor } from "@countersign/relay/store-contract";
import { describe, expect, it } from "vitest";

describe("the memory store", () => {
  for (const { name, run } of storeContractFor("sole")) {
    it(name, async () => {
      await expect(run({ open: () => Promise.resolve(createMemoryStore()) })).resolves.toBeUndefined();
    });
  }
});
