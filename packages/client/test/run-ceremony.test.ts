import { verifyEd25519 } from "@countersign/client";
import { verifyRecord } from "@countersign/session";
import { describe, expect, test } from "vitest";
import { Signer, Stage } from "./support/signers.ts";
import { sumProtocol } from "./support/sum-protocol.ts";

const three = [1, 2, 4];
const sum = (number: number) =>
  sumProtocol(
    number,
    three.filter((other) => other !== number),
  );

function newStage(seed = 1) {
  const stage = new Stage({ seed, parties: 3, protocol: sum });
  return { stage, signers: three.map((number) => new Signer(stage, number)) };
}

describe("a ceremony", () => {
  test("gives all parties one result, one outcome and a record that verifies", async () => {
    const { stage, signers } = newStage();
    const results = await stage.clock.until(Promise.all(signers.map((signer) => signer.live())));
    expect(results.map(({ result }) => result)).toEqual([7, 7, 7]);
    const [first] = results;
    expect(new Set(results.map(({ outcome }) => String(outcome))).size).toBe(1);
    expect(verifyRecord(first?.record ?? "", verifyEd25519)).toMatchObject({ ok: true });
    for (const { events } of signers) {
      expect(events.map(({ type }) => type).filter((type) => type !== "progress")).toEqual(["complete"]);
      expect(events.at(-1)).toMatchObject({ view: { phase: "over" } });
    }
    expect(signers.map(({ session }) => session?.isOver)).toEqual([true, true, true]);
  });

  test("goes on when a process is killed at any of its writes", async () => {
    const whole = newStage(2);
    await whole.stage.clock.until(Promise.all(whole.signers.map((signer) => signer.live())));
    const writes = whole.signers[0]?.disk.writes ?? 0;
    const ready = 6;
    const failures: string[] = [];
    for (let at = 1; at <= writes; at++) {
      const { stage, signers } = newStage(2);
      const [mortal] = signers;
      if (mortal === undefined) throw new Error("nobody");
      mortal.disk.ends = (write) => write === at;
      const outcome = await stage.clock
        .until(Promise.all(signers.map((signer) => signer.live())))
        .then((results) => results.map(({ result }) => result).join(), String);
      if (outcome !== "7,7,7") failures.push(`write ${at} of ${writes}, ${mortal.lives} lives: ${outcome}`);
    }
    expect(failures).toEqual([]);
    expect(writes).toBeGreaterThan(ready);
  });
});
