import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { statuses } from "./cast.ts";
import { troupeForAllTests } from "./troupe.ts";

const troupe = troupeForAllTests();

describe("what is done before there is a secret", () => {
  it("is doctor, who says what to do", async () => {
    const well = await troupe().stage.run("alice", "doctor", "--json");
    expect(await statuses(well)).toEqual([0]);
    const checks = well.stdout.all.map((line) => JSON.parse(line));
    const names = ["program", "relay", "dialect", "clock", "state", "disk", "privacy", "parameters"];
    expect(checks.map(({ name }) => name)).toEqual(names);
    expect(checks.every(({ ok }) => ok)).toBe(true);
    const ill = await troupe().stage.run("alice", "doctor", "--relay", "ws://127.0.0.1:1", "--threshold", "1");
    expect(await statuses(ill)).toEqual([1]);
    expect(ill.stderr.text).toMatch(/✗ relay .*\n +Start one/);
    expect(ill.stderr.text).toMatch(/Not ready: relay, parameters/);
  });

  it("is rehearse, which keeps nothing", async () => {
    const program = await troupe().stage.run("frank", "rehearse", "--json");
    expect(await statuses(program)).toEqual([0]);
    const steps = program.stdout.all.map((line) => JSON.parse(line)).filter(({ event }) => event === "rehearsed");
    expect(steps.map(({ step }) => step)).toEqual(["connect", "pair", "confirm", "key", "sign"]);
    expect(await readdir(troupe().home("frank"))).toEqual([]);
  });
});
