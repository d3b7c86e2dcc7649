import { expect, it } from "vitest";
import { collapses } from "../collapse.ts";
import { tableOf } from "../relay/glance.ts";
import { gridOf } from "../report.ts";
import { writeSection } from "../sections.ts";

const shape = { members: 5, size: 200 };
const round = (memory: number, durable: number, json: number, share = 1) =>
  new Map([
    ["ours, in memory", { deliveries: memory, serverShare: 1 }],
    ["ours, on disk", { deliveries: durable, serverShare: share }],
    ["ws, JSON", { deliveries: json, serverShare: 1 }],
  ]);

it("shows ours beside ws with JSON by the names under which the whole part is recorded", () => {
  const whole = gridOf([
    ["5 members, 200 B", "deliveries/s", "× ws, JSON"],
    ["ours, in memory", "349.6 k", "2.00"],
    ["ours, on disk", "170.0 k", "1.00"],
  ]);
  const document = writeSection("", "relay", whole);
  const found = tableOf(shape, [round(300, 90, 100), round(150, 40, 100), round(190, 40, 100)]).join();
  const held = collapses(document, "relay", found);
  expect(held.compared).toBe(2);
  expect(held.collapsed).toMatchObject([{ place: "5 members, 200 B, ours, on disk, × ws, JSON", value: 0.4 }]);
});

it("leaves out rounds in which a server had not its core, and tables without any other", () => {
  const [table = ""] = tableOf(shape, [round(200, 10, 100, 0.8), round(200, 100, 100, 0.95)]);
  expect(table).toMatch(/on disk *\| 1\.00 *\| 1 of 2/);
  const busy = new Map([...round(200, 100, 100)].map(([name, one]) => [name, { ...one, serverShare: 0.89 }]));
  expect(tableOf(shape, [busy])).toEqual([]);
});
