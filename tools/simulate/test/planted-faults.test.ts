import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { plantedFaults } from "../faults/planted-faults.ts";
import { withFault } from "../world/planted.ts";

// Which seed finds each takes its time (`pnpm simulate --faults`). That each can be planted is seen at once.
test.each(plantedFaults.map((fault) => [fault.name, fault] as const))("can be planted: %s", (_, fault) => {
  const source = readFileSync(new URL(`../../../${fault.file}`, import.meta.url), "utf8");
  expect(withFault(source, fault)).not.toBe(source);
});
