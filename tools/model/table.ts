import { runEvents, runStates, runTransitions } from "../../packages/handshake/src/exchange/transitions.ts";

/** All actions of the table, in the order in which cells name them first. */
export const runActions = [
  ...new Set(Object.values(runTransitions).flatMap((row) => Object.values(row).flatMap(({ actions }) => actions))),
];

/** As Promela names it: `S_gone`, `E_resend_due`, `A_count_at`. */
export function promelaName(kind: "S" | "E" | "A", name: string): string {
  return `${kind}_${name.replaceAll("-", "_")}`;
}

/**
 * The table of a run as Promela: its states and events as numbers, its actions as bits, and two arrays that are no part
 * of a state, which `load_table` fills.
 */
export function tableInPromela(): string {
  const cells = runStates.flatMap((state, row) =>
    runEvents.map((event, column) => {
      const { next, actions } = runTransitions[state][event];
      const cell = row * runEvents.length + column;
      const bits = actions.map((action) => promelaName("A", action)).join(" | ") || "0";
      return `  next_of[${cell}] = ${promelaName("S", next)}; actions_of[${cell}] = ${bits}`;
    }),
  );
  return [
    ...runStates.map((state, index) => `#define ${promelaName("S", state)} ${index}`),
    ...runEvents.map((event, index) => `#define ${promelaName("E", event)} ${index}`),
    ...runActions.map((action, index) => `#define ${promelaName("A", action)} ${2 ** index}`),
    `#define EVENTS ${runEvents.length}`,
    `hidden byte next_of[${cells.length}];`,
    `hidden int actions_of[${cells.length}];`,
    "inline load_table() {",
    cells.join(";\n"),
    "}",
    "",
  ].join("\n");
}
