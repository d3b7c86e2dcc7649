import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { edgesOf, edgesOfPhases } from "../edges.ts";
import { fill } from "../fill.ts";
import { type Drawing, machines } from "../machines.ts";

const door: Drawing = {
  name: "door",
  source: "door/transitions.ts",
  start: ["shut"],
  edges: edgesOf({
    shut: {
      pull: { next: "open", actions: ["creak"] },
      push: { next: "open", actions: ["creak"] },
      kick: { next: "broken", actions: [] },
      shout: { next: "shut", actions: ["drop"] },
      knock: { next: "shut", actions: ["ring", "drop"] },
    },
    open: {
      pull: { next: "open", actions: [] },
      push: { next: "shut", actions: [] },
      kick: { next: "broken", actions: [] },
      shout: { next: "open", actions: [] },
      knock: { next: "open", actions: [] },
    },
    broken: Object.fromEntries(
      ["pull", "push", "kick", "shout", "knock"].map((event) => [event, { next: "broken", actions: [] }]),
    ),
  }),
};

const marker = "<!-- transitions:door -->\n";
const end = "<!-- /transitions -->";

test("a diagram between the markers, the text around them as it was", () => {
  const { text, names } = fill(`# Doors\n\n${marker}old\n${end}\n\nMore.\n`, [door]);
  expect(names).toEqual(["door"]);
  expect(text).toBe(`# Doors

${marker}
\`\`\`mermaid
stateDiagram-v2
  [*] --> shut
  shut --> open : pull, push / creak
  shut --> broken : kick
  shut --> shut : knock / ring, drop
  open --> shut : push
  open --> broken : kick
\`\`\`

Drawn from \`door/transitions.ts\`: event / actions. What changes nothing is left out.

${end}

More.
`);
  expect(fill(text, [door]).text).toBe(text);
});

test("several markers in one document, and one that stands empty", () => {
  const { text, names } = fill(`${marker}${end}\n\nAgain:\n\n${marker}x\n${end}\n`, [door]);
  expect(names).toEqual(["door", "door"]);
  expect(text.match(/stateDiagram/g)).toHaveLength(2);
  expect(text).toContain("\n\nAgain:\n\n");
});

test("a name without a machine, a marker without an end", () => {
  expect(() => fill(`<!-- transitions:gate -->\n${end}\n`, [door])).toThrow('there is no machine "gate"');
  expect(() => fill(`${marker}text\n`, [door])).toThrow('the marker of "door" has no end');
});

test("a table of phases: refusals are no arrows, being forgotten is one", () => {
  const edges = edgesOfPhases({
    alive: { eat: "alive", die: "dead", bury: "relay.not-yet" },
    dead: { eat: "ignored", die: "ignored", bury: "forgotten" },
  });
  expect(edges).toEqual([
    { from: "alive", to: "alive", events: ["eat"], actions: [] },
    { from: "alive", to: "dead", events: ["die"], actions: [] },
    { from: "dead", to: undefined, events: ["bury"], actions: [] },
  ]);
});

test.each(machines)("$name: every state is reached from where the machine starts", ({ start, edges }) => {
  const reached = new Set(start);
  for (const state of reached) {
    for (const { from, to } of edges) if (from === state && to !== undefined) reached.add(to);
  }
  const states = new Set(edges.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])));
  expect([...reached].sort()).toEqual([...states].sort());
});

test("every file transitions.ts has a machine here", () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const files = globSync("{packages,apps}/*/src/**/transitions.ts", { cwd: root }).map((path) =>
    path.replaceAll("\\", "/"),
  );
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !machines.some(({ source }) => source === file))).toEqual([]);
});
