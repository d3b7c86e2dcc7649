import { UsageError } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { createGroupSas } from "../../src/sas/group-sas.ts";
import type { GroupSasOptions, SasInput, SasOutput } from "../../src/sas/group-sas-types.ts";
import { sasEvents, transitions } from "../../src/sas/transitions.ts";
import { at, bytesOf, makeOptions, makeParties, only, SAS_COMMIT, SAS_OK, SAS_REVEAL, script } from "./group.ts";

// Everything that two others can do to party 1, right and wrong, in every order: the machine has few enough states to
// visit all of them.
const { commit, nonce, ok, openings, short } = script(3);
const junk = bytesOf("junk");

interface Move {
  readonly name: string;
  readonly input: SasInput;
  readonly ms: number;
}
const message = (from: number, kind: typeof SAS_COMMIT | typeof SAS_REVEAL | typeof SAS_OK, content: Uint8Array) =>
  ({ type: "message", from, kind, content }) as const;
const moves: readonly Move[] = [
  { name: "start", input: { type: "start" } as const },
  { name: "yes", input: { type: "confirm", same: true } as const },
  { name: "no", input: { type: "confirm", same: false } as const },
  { name: "early", input: { type: "time" } as const, ms: 29_999 },
  { name: "late", input: { type: "time" } as const, ms: 30_000 },
  ...[2, 3].flatMap((n) => [
    { name: `commit ${n}`, input: message(n, SAS_COMMIT, commit(n)) },
    { name: `commit junk ${n}`, input: message(n, SAS_COMMIT, junk) },
    { name: `reveal ${n}`, input: message(n, SAS_REVEAL, nonce(n)) },
    { name: `reveal junk ${n}`, input: message(n, SAS_REVEAL, junk) },
    { name: `ok ${n}`, input: message(n, SAS_OK, ok(n)) },
    { name: `ok junk ${n}`, input: message(n, SAS_OK, junk) },
    { name: `short ${n}`, input: message(n, SAS_OK, junk.subarray(1)) },
    { name: `lost ${n}`, input: { type: "lost", number: n } as const },
    { name: `differs ${n}`, input: { type: "lost", number: n, differs: true } as const },
  ]),
].map((move) => ({ ms: 0, ...move }));

/** The cells that do something, looked up before the table is watched. */
const cells = Object.entries(transitions)
  .filter(([state]) => state !== "complete" && state !== "failed")
  .flatMap(([state, row]) =>
    sasEvents.filter((event) => !row[event].actions.includes("refuse")).map((event) => `${state} ${event}`),
  );
const reached = new Set<string>();

/** Makes the table note which of its cells are looked up. */
function watchTable(): void {
  for (const [state, row] of Object.entries(transitions)) {
    for (const event of sasEvents) {
      const cell = row[event];
      const get = () => {
        reached.add(`${state} ${event}`);
        return cell;
      };
      Object.defineProperty(row, event, { get });
    }
  }
}

interface Visit {
  readonly path: readonly Move[];
  readonly outputs: readonly SasOutput[];
}

/** Visits every state that the moves lead to, and hands every single step to `check`. */
function explore(
  change: Partial<GroupSasOptions>,
  check: (before: Visit, move: Move, outputs: readonly SasOutput[]) => void,
) {
  const visits: Visit[] = [{ path: [], outputs: [] }];
  const seen = new Set<string>();
  for (const visit of visits) {
    for (const move of moves) {
      const machine = createGroupSas(makeOptions(1, makeParties(3), change));
      for (const { input, ms } of visit.path) machine.step(input, at(ms));
      let outputs: readonly SasOutput[];
      try {
        outputs = machine.step(move.input, at(move.ms));
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        continue;
      }
      check(visit, move, outputs);
      const key = JSON.stringify(machine, (_, value) =>
        value instanceof Map ? [...value].map(([number, bytes]) => [number, ...bytes]).sort() : value,
      );
      if (!seen.has(key)) visits.push({ path: [...visit.path, move], outputs: [...visit.outputs, ...outputs] });
      seen.add(key);
    }
  }
  return seen.size;
}

describe("all states of one party among three", () => {
  it("show, complete and count exactly when they may", () => {
    const count = explore({}, ({ path, outputs: before }, move, outputs) => {
      const heard = (name: string) => [...path, move].some((one) => one.name === name);
      const revealed = before.some((output) => output.type === "broadcast" && output.kind === SAS_REVEAL);
      const shown = only(before, "sas").length > 0;
      for (const output of outputs) {
        if (output.type === "sas") {
          expect(output.words).toBe(short.words);
          expect([2, 3].every((n) => heard(`commit ${n}`) && heard(`reveal ${n}`))).toBe(true);
          expect(revealed && !shown).toBe(true);
        }
        if (output.type === "complete") {
          expect(shown && heard("yes") && heard("ok 2") && heard("ok 3")).toBe(true);
        }
        if (output.type === "failed") {
          const stringKnown = shown || outputs.some(({ type }) => type === "sas");
          expect(output.persist).toBe(stringKnown ? output.code === "peer.sas-mismatch" : revealed);
          expect(only(before, "failed").length + only(before, "complete").length).toBe(0);
        }
      }
    });
    // So that an exploration that stops early does not pass for a complete one.
    expect(count).toBeGreaterThan(70);
  });

  it("never ask for an answer where all keys are pinned", () => {
    explore({ verified: true }, (_, move, outputs) => {
      const types = outputs.map(({ type }) => type);
      expect(types.includes("complete")).toBe(types.includes("sas"));
      expect(only(outputs, "broadcast").some(({ kind }) => kind === SAS_OK)).toBe(false);
      if (move.name.startsWith("ok")) expect(types.includes("failed") || types.includes("peer-confirmed")).toBe(false);
    });
  });

  it("are reached by every cell of the table that does not refuse", () => {
    watchTable();
    for (const [change, first] of [
      [{}, "persist-nonce"],
      [{ verified: true }, "persist-nonce"],
      [{ nonce: nonce(1) }, "broadcast"],
      [{ opened: openings }, "sas"],
      [{ opened: openings, agreed: true }, "sas"],
    ] as const) {
      const starts = new Set<string | undefined>();
      explore(change, ({ path }, _, outputs) => {
        if (path.length === 0) starts.add(outputs[0]?.type);
      });
      expect([...starts]).toContain(first);
    }
    expect(cells.filter((cell) => !reached.has(cell))).toEqual([]);
  });
});
