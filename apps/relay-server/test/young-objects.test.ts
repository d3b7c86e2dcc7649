import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { KEEP_YOUNG } from "../src/young-objects.ts";

/** What this Node says when V8 is given a flag while it runs. */
function saidTo(flag: string): string {
  const script = `require("node:v8").setFlagsFromString(${JSON.stringify(flag)})`;
  return spawnSync(process.execPath, ["-e", script], { encoding: "utf8" }).stderr;
}

it("asks V8 for something that it knows", () => {
  expect(saidTo(KEEP_YOUNG)).toBe("");
  expect(saidTo(`${KEEP_YOUNG}-not`)).toContain("unrecognized");
});
