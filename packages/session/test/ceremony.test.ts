import { describe, expect, it } from "vitest";
import { verifyRecord } from "../src/index.ts";
import { verify } from "./support/party.ts";
import { Table } from "./support/table.ts";

describe("a ceremony among parties that behave", () => {
  it.each([2, 3, 4])("of %i ends with one outcome and one record", (count) => {
    const table = new Table(count);
    table.start();
    table.run();
    expect(new Set(table.ends())).toEqual(new Set(["complete"]));
    const results = table.parties.map((party) => party.of("complete").map(({ outcome, record }) => [outcome, record]));
    expect(results.every((result) => JSON.stringify(result) === JSON.stringify(results[0]))).toBe(true);
    const [complete] = table.party(1).of("complete");
    expect(verifyRecord(complete?.record ?? "", verify)).toMatchObject({ ok: true });
    expect(complete?.state).toEqual(complete?.outcome);
    expect(table.parties.map((party) => party.of("over").length)).toEqual(table.parties.map(() => 1));
  });

  it("goes on when some of them begin late and messages come early", () => {
    const table = new Table(3);
    table.start(1);
    table.run();
    table.start(2);
    table.run();
    table.start(3);
    table.run();
    expect(table.ends()).toEqual(["complete", "complete", "complete"]);
  });
});
