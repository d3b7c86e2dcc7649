import { SharedMemory } from "@countersign/relay";
import { storeContractFor } from "@countersign/relay/store-contract";
import { describe, expect, it } from "vitest";

describe("a memory that several nodes have in common", () => {
  for (const { name, run } of storeContractFor("shared", "disk")) {
    it(name, async () => {
      const memory = new SharedMemory({ now: () => performance.now() });
      await expect(run({ open: () => Promise.resolve(memory.open()) })).resolves.toBeUndefined();
    });
  }

  // News of the others come late and in any order; each node has its own operations in theirs.
  for (const { name, run } of storeContractFor("shared")) {
    it(`${name}, however it is mixed`, async () => {
      const waiting: (() => void)[] = [];
      let isDue = false;
      const later = (operation: () => void) => {
        waiting.push(operation);
        if (isDue) return;
        isDue = true;
        setImmediate(() => {
          isDue = false;
          for (const one of waiting.splice(0).toReversed()) one();
        });
      };
      const memory = new SharedMemory({ now: () => performance.now(), later });
      await expect(run({ open: () => Promise.resolve(memory.open()) })).resolves.toBeUndefined();
    });
  }

  it("tells a node that is cut nothing more, and takes nothing of it", async () => {
    const memory = new SharedMemory({ now: () => 0 });
    const [one, other] = [memory.open(), memory.open()];
    const told: unknown[] = [];
    one.subscribe((_log, { entry }) => told.push(entry));
    one.follow("a", 0, (error) => told.push(error));
    one.append("a", "lost", { stored: (position) => told.push(position), failed: (error) => told.push(error) });
    memory.cut(one);
    await new Promise((resolve) => other.append("a", "kept", { stored: resolve, failed: resolve }));
    expect(await other.read("a", 0, 9)).toEqual([{ position: 1, entry: "kept" }]);
    expect(told).toEqual([]);
  });
});
