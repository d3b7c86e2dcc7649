import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runEvents, runStates, runTransitions } from "../../../packages/handshake/src/exchange/transitions.ts";
import { leftOut } from "../left-out.ts";
import { macrosOf, subjects } from "../subjects.ts";
import { promelaName, runActions, tableInPromela } from "../table.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));
const model = globSync("*.pml", { cwd: folder })
  .map((part) => readFileSync(join(folder, part), "utf8"))
  .join("\n");
const used = new Set(model.match(/\b[SEA]_[a-z_]+\b/g));
const known = [
  ...runStates.map((state) => promelaName("S", state)),
  ...runEvents.map((event) => promelaName("E", event)),
  ...runActions.map((action) => promelaName("A", action)),
];

test("every state, event and action of the table is in the model, or said to be left out", () => {
  expect(known.filter((name) => used.has(name) === Object.hasOwn(leftOut, name))).toEqual([]);
});

test("the model and the list of what it leaves out name nothing that the table does not have", () => {
  expect([...used, ...Object.keys(leftOut)].filter((name) => !known.includes(name))).toEqual([]);
});

test("the model does what is in a cell in the order in which the machine does it", () => {
  const fire = model.slice(model.indexOf("inline fire("));
  const order = [...fire.slice(0, fire.indexOf("\n}")).matchAll(/did & (A_[a-z_]+)/g)].map(([, name]) => name);
  expect(order.length).toBeGreaterThan(5);
  for (const row of Object.values(runTransitions)) {
    for (const { actions } of Object.values(row)) {
      const places = actions.map((action) => order.indexOf(promelaName("A", action))).filter((place) => place >= 0);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  }
});

test("the table in Promela: every cell, by the numbers of its names", () => {
  const text = tableInPromela();
  const cell = runStates.indexOf("offered") * runEvents.length + runEvents.indexOf("refused");
  expect(text).toContain(`  next_of[${cell}] = S_refused; actions_of[${cell}] = A_wipe | A_remember`);
  expect(text.match(/next_of\[\d+\] = /g)).toHaveLength(runStates.length * runEvents.length);
  expect(text).toContain(`#define EVENTS ${runEvents.length}\n`);
});

test("a mutant for every rule that the model can break, and the rules themselves for each cipher set", () => {
  const bounds = ["LAST", "INCIDENTS"];
  const switches = new Set([...model.matchAll(/^#ifn?def (\w+)/gm)].map(([, macro = ""]) => macro));
  for (const bound of bounds) expect(switches.delete(bound)).toBe(true);
  const named = subjects.flatMap((subject) => macrosOf(subject).filter((macro) => !macro.includes("=")));
  expect([...switches].sort()).toEqual([...new Set(named)].sort());
  expect(subjects.filter(({ mutant }) => mutant === undefined).map(({ cipherSet }) => cipherSet)).toEqual([
    "CS43",
    "CS3A",
  ]);
});
