import { encodeHex } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { createCeremony } from "../src/index.ts";
import { bytesOf, optionsOf, smallTalk } from "./support/party.ts";
import { Table } from "./support/table.ts";

/** What a party has said in its rounds and its seal, each message once. */
const contributions = (table: Table, number: number) =>
  new Set(
    table.sent
      .filter(({ from, round }) => from === number && round > 0)
      .map(({ to, round, bytes }) => `${to} ${round} ${encodeHex(bytes)}`),
  );

function undisturbed(): Table {
  const table = new Table(3);
  table.start();
  table.run();
  return table;
}

describe("a party that is killed", () => {
  const usual = undisturbed();
  const steps = usual.sent.length;

  it.each(Array.from({ length: steps }, (_, step) => step))(
    "before message %i says the same bytes again, and all complete",
    (step) => {
      const table = new Table(3);
      table.start();
      for (let left = step; left > 0; left--) table.runOne();
      table.restart(1);
      table.run();
      expect(table.party(1).of("complete").length).toBeGreaterThan(0);
      expect(table.ends().slice(1)).toEqual(["complete", "complete"]);
      expect(contributions(table, 1)).toEqual(contributions(usual, 1));
      expect(table.party(1).of("complete")[0]?.record).toBe(usual.party(1).of("complete")[0]?.record);
    },
  );

  it("says nothing of a round that is not on disk", () => {
    const table = new Table(2);
    table.party(1).disk = false;
    table.start();
    table.run();
    expect(table.sent.filter(({ from }) => from === 1)).toEqual([]);
    expect(table.party(1).of("persist")).toHaveLength(1);
    table.party(1).input({ type: "persisted", id: 1 }, 0);
    expect(table.sent.filter(({ from }) => from === 1).length).toBeGreaterThan(0);
  });

  it("may be killed between its result and its seal", () => {
    const table = new Table(2, () => ({ protocol: smallTalk(1) }));
    table.start();
    table.party(1).disk = false;
    table.run();
    expect(table.ends()).toEqual(["open", "open"]);
    table.party(1).disk = true;
    table.restart(1);
    table.run();
    expect(table.ends()).toEqual(["complete", "complete"]);
  });
});

describe("a checkpoint", () => {
  const table = undisturbed();
  const { checkpoint = new Uint8Array(0) } = table.party(1);

  it("is of its ceremony only", () => {
    for (const change of [{ transcript: bytesOf("another") }, { threshold: 3 }, { confirmation: "pins" as const }]) {
      const machine = createCeremony(optionsOf(1, 3, change));
      expect(() => machine.step({ type: "resume", checkpoint }, { ms: 0 })).toThrow("another ceremony");
    }
  });

  it("is refused at every length but its own, and the machine is as new then", () => {
    for (let length = 0; length < checkpoint.length; length++) {
      const machine = createCeremony(optionsOf(1, 3));
      expect(() => machine.step({ type: "resume", checkpoint: checkpoint.slice(0, length) }, { ms: 0 })).toThrow();
      expect(machine.view().phase).toBe("created");
    }
  });

  it("holds the result, which comes out again", () => {
    const before = table.party(2).of("complete")[0];
    table.restart(2);
    expect(table.party(2).of("complete")).toEqual([before, before]);
  });
});
