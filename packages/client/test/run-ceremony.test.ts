import { CeremonyError, verifyEd25519 } from "@countersign/client";
import { verifyRecord } from "@countersign/session";
import { describe, expect, test } from "vitest";
import { Signer, Stage } from "./support/signers.ts";
import { sumProtocol } from "./support/sum-protocol.ts";

const three = [1, 2, 4];
const wrongProducts = {
  type: "round",
  state: Uint8Array.of(0),
  direct: new Map(
    three.map((number) => [number, Uint8Array.of(99)]).filter(([number]) => number !== 4) as [number, Uint8Array][],
  ),
} as const;
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

  test("goes on until it is over when a process is killed at any of its writes", async () => {
    const whole = newStage(2);
    await whole.stage.clock.until(Promise.all(whole.signers.map((signer) => signer.live())));
    const writes = whole.signers[0]?.disk.writes ?? 0;
    const failures: string[] = [];
    for (let at = 1; at <= writes; at++) {
      const { stage, signers } = newStage(2);
      const [mortal] = signers;
      if (mortal === undefined) throw new Error("nobody");
      mortal.disk.ends = (write) => write === at;
      const outcome = await stage.clock
        .until(Promise.all(signers.map((signer) => signer.live())))
        .then((results) => results.map(({ result }) => result).join(), String);
      // Nobody waits for those who have left, as long as a closing or a party that is complete would.
      const { ms } = stage.clock.now();
      if (outcome !== "7,7,7" || ms > 60_000) {
        failures.push(`write ${at} of ${writes}, ${mortal.lives} lives, ${ms} ms: ${outcome}`);
      }
    }
    expect(failures).toEqual([]);
    expect(writes).toBeGreaterThan(30);
  });
});

/** What became of each: the code of the error, and whom it names or who ended it. */
async function outcomes({ stage, signers }: ReturnType<typeof newStage>): Promise<unknown[]> {
  const lives = signers.map((signer) =>
    signer.live().then(
      ({ result }) => result,
      (error) =>
        error instanceof CeremonyError ? { code: error.code, culprits: error.culprits, by: error.by } : error,
    ),
  );
  return stage.clock.until(Promise.all(lives));
}

/** Does it as soon as a signer has a ceremony. */
function whenRunning(
  { stage, signers }: ReturnType<typeof newStage>,
  index: number,
  act: (signer: Signer<number>) => void,
) {
  const signer = signers[index];
  const look = () => {
    if (signer?.run === undefined) stage.clock.wakeAt(stage.clock.now().ms + 1, look);
    else act(signer);
  };
  look();
}

describe("a ceremony ends for all", () => {
  test("when a user ends it, who is named with the reason", async () => {
    const all = newStage();
    whenRunning(all, 1, ({ run }) => run?.abort("the amount is wrong"));
    const others = { code: "peer.aborted", culprits: [], by: 2 };
    const own = { code: "local.aborted", culprits: [], by: undefined };
    expect(await outcomes(all)).toEqual([others, own, others]);
    const failed = all.signers[0]?.events.at(-1);
    expect(failed).toMatchObject({
      type: "failed",
      error: { message: expect.stringContaining("the amount is wrong") },
    });
    await all.stage.clock.until(Promise.all(all.signers.map(({ run }) => run?.close())));
    expect(all.signers.map(({ session }) => session?.isOver)).toEqual([true, true, true]);
  });

  test("when somebody says nothing, who is named in half of the time, and blamed when it is over", async () => {
    const all = newStage();
    const silent = all.signers[2];
    if (silent === undefined) throw new Error("nobody");
    silent.disk.isSlow = true;
    const lives = all.signers.slice(0, 2).map((signer) => signer.live().catch((error) => error));
    void silent.live();
    expect(await all.stage.clock.until(Promise.all(lives))).toMatchObject([{ culprits: [4] }, {}]);
    expect(all.signers[0]?.events).toContainEqual({ type: "late", round: 1, name: "numbers", missing: [4] });
    expect(all.stage.clock.now().ms).toBeGreaterThan(60_000);
  });

  test("when a protocol fails at one of them, whose own program learns why", async () => {
    const fault = new Error("a bug");
    const broken = (number: number) => (number === 2 ? { ...sum(2), begin: () => Promise.reject(fault) } : sum(number));
    const stage = new Stage({ parties: 3, protocol: broken });
    const signers = three.map((number) => new Signer(stage, number));
    const [first, second] = await outcomes({ stage, signers });
    expect([first, second]).toMatchObject([{ code: "peer.aborted", by: 2 }, { code: "protocol.failed" }]);
    await expect(signers[1]?.run?.result).rejects.toMatchObject({ cause: fault });
  });

  test("when the session has ended while the protocol was thinking, and not before it has thought", async () => {
    const thought = Promise.withResolvers<void>();
    const slow = (number: number) => {
      if (number !== 2) return sum(number);
      return { ...sum(2), begin: () => thought.promise.then(() => sum(2).begin()) };
    };
    const stage = new Stage({ parties: 3, protocol: slow });
    const signers = three.map((number) => new Signer(stage, number));
    whenRunning({ stage, signers }, 0, ({ session }) => void session?.abort("over"));
    stage.clock.wakeAt(20_000, thought.resolve);
    const [, second] = await outcomes({ stage, signers });
    expect(second).toMatchObject({ code: "session.ended", by: 1 });
    expect(stage.clock.now().ms).toBeGreaterThanOrEqual(20_000);
  });

  test("when one of them cannot write down how far it is", async () => {
    const all = newStage();
    if (all.signers[1] !== undefined) all.signers[1].disk.isFull = true;
    const [first, second] = await outcomes(all);
    expect(second).toMatchObject({ code: "local.journal" });
    expect(first).toMatchObject({ by: 2 });
  });

  test("when one of them says what is wrong, and it is named", async () => {
    const cheat = (number: number) => {
      const honest = sum(number);
      if (number !== 4) return honest;
      return { ...honest, begin: () => honest.begin(), advance: () => wrongProducts };
    };
    const stage = new Stage({ parties: 3, protocol: cheat });
    const signers = three.map((number) => new Signer(stage, number));
    const [first, second] = await outcomes({ stage, signers });
    expect([first, second]).toContainEqual({ code: "protocol.failed", culprits: [4], by: undefined });
  });

  test("when one of them leaves without a word, and it is named", async () => {
    const all = newStage();
    whenRunning(all, 2, ({ session }) => void session?.close());
    const [first, second] = await outcomes(all);
    expect([first, second]).toContainEqual(expect.objectContaining({ code: "peer.left", culprits: [4] }));
  });
});

test("a user sees who is there, who is waited for, and in which round", async () => {
  const all = newStage();
  const { stage, signers } = all;
  const [alice, , dave] = signers;
  if (alice === undefined || dave === undefined) throw new Error("nobody");
  alice.disk.isSlow = true;
  for (const signer of signers) void signer.live().catch(() => undefined);
  await stage.clock.advance(20_000);
  expect(dave.run?.view()).toMatchObject({
    phase: "gathering",
    round: 1,
    name: "numbers",
    parties: [
      { number: 1, label: "alice", online: true, round: 0, waitedFor: true },
      { number: 2, label: "bob", online: true, round: 1, waitedFor: false },
    ],
  });
});
