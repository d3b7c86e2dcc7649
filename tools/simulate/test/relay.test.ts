import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { storeContractFor } from "@countersign/relay/store-contract";
import { SeededRandom } from "@countersign/testkit";
import { describe, expect, it } from "vitest";
import { Worker } from "../crew.ts";
import { plantedFaults } from "../faults/planted-faults.ts";
import { DiskMedium } from "../world/disk-medium.ts";
import { EngineMedium } from "../world/engine-medium.ts";
import { Ledger } from "../world/ledger.ts";
import { Written } from "../world/medium.ts";
import { Minutes } from "../world/mixed/minutes.ts";
import { withFault } from "../world/planted.ts";
import { Trace } from "../world/trace.ts";
import { Turns } from "../world/turns.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const simulate = async (...args: string[]) =>
  (await promisify(execFile)(process.execPath, [main, ...args], { maxBuffer: 2 ** 26 })).stdout;

describe("worlds with a relay", () => {
  it("are the same with each run of a seed, word for word", async () => {
    const [one, other] = await Promise.all([simulate("--seed", "3", "--relay"), simulate("--seed", "3", "--relay")]);
    expect(one).toBe(other);
    expect(one).toMatch(/Session\.open[\s\S]*trace [0-9a-f]{16}, 0 things that must not happen\n$/);
  });

  it("show nothing that must not happen in runs of every kind", async () => {
    expect(await simulate("--relay", "--seeds", "60")).toMatch(/30 runs[\s\S]*nothing happened that must not\n$/);
  });

  it("show a fault that somebody has made, and which seed does", async () => {
    const [fault] = plantedFaults;
    const worker = new Worker(fault);
    const { faulty } = await worker.carryOut({ flags: " --relay", first: 0, below: 9, step: 1, endsEarly: true });
    worker.end();
    expect(faulty).toHaveLength(1);
  });

  it("do not take a list of faults that is out of date for one", () => {
    const fault = { file: "x.ts", find: "a + b", replace: "a - b" };
    expect(withFault("return a + b;", fault)).toBe("return a - b;");
    expect(() => withFault("return a;", fault)).toThrow("0 times");
    expect(() => withFault("a + b; a + b", fault)).toThrow("2 times");
  });
});

const storage = { delayMs: 5, stallMs: 0, failing: 0, untilMs: 0 };

/** Lets time pass until a case of the contract has come to its end. */
async function holds(turns: Turns, running: Promise<void>): Promise<void> {
  let isOver = false;
  const done = running.finally(() => {
    isOver = true;
  });
  // What waits for the end of a turn begins when there is one.
  for (let i = 0; i < 1_000 && !isOver; i++) {
    await turns.settle();
    await turns.agenda.run(() => isOver, turns.ms + 1_000);
  }
  await expect(done).resolves.toBeUndefined();
}

describe("the engine of simulated nodes", () => {
  it("keeps a node apart for as long as it is told, and loses nothing of what was on its way", async () => {
    const turns = new Turns();
    const medium = new EngineMedium({ turns, random: new SeededRandom(1), storage });
    const [one, other] = [medium.connect(), medium.connect()];
    const told: string[] = [];
    const say = (store: typeof one.store, entry: string) =>
      store.append("a", entry, { stored: () => told.push(entry), failed: () => told.push("failed") });
    one.part?.(1_000);
    say(one.store, "late");
    say(other.store, "first");
    await turns.settle();
    await turns.agenda.run(() => told.length === 2, 5_000);
    expect(told).toEqual(["first", "late"]);
    expect(turns.ms).toBeGreaterThanOrEqual(1_000);
    expect(medium.logs.get("a")?.records.map(({ entry }) => entry)).toEqual(told);
  });
});

describe("what was said in the clear", () => {
  const people = ["m1", "m2", "t1"].map((name) => ({
    name,
    isPatient: name === "t1",
    end: "complete",
    wasThere: true,
  }));

  /** What is found of lines that m1 has said, the relay has kept, and m2 and t1 have heard so. */
  function found(...heard: readonly (readonly [name: string, ids: readonly string[]])[]): readonly string[] {
    const minutes = new Minutes();
    for (const id of [minutes.says("m1"), minutes.says("m1"), minutes.says("m1", "t1")]) minutes.decided(id, "kept");
    for (const [name, ids] of heard) for (const id of ids) minutes.hears(name, id);
    return minutes.faults(people);
  }
  const all = ["t1", ["m1.0", "m1.1", "m1.2"]] as const;

  it("is well if everybody has heard all of it in one order", () => {
    expect(found(["m2", ["m1.0", "m1.1"]], all)).toEqual([]);
  });

  it.each([
    [["m1.1"], "m2 of m1 never heard 0"],
    [["m1.0"], "m2 of m1 never heard 1"],
    [["m1.0", "m1.1", "m1.1"], "m2 of m1 heard twice or out of order: 0,1,1"],
    [["m1.0", "m1.1", "m1.2"], "m2 heard m1.2, which was not said to it"],
  ])("is not if one has heard %j", (ids, fault) => {
    expect(found(["m2", ids], all)).toContain(fault);
  });

  it("is not if two have heard it in different orders", () => {
    const minutes = new Minutes();
    for (const name of ["m1", "m2"]) minutes.decided(minutes.says(name), "kept");
    minutes.hears("m1", "m2.0");
    minutes.hears("m2", "m1.0");
    const third = [{ name: "t2", isPatient: true, end: "complete", wasThere: true }, ...people];
    for (const id of ["m1.0", "m2.0"]) minutes.hears("t1", id);
    for (const id of ["m2.0", "m1.0"]) minutes.hears("t2", id);
    expect(minutes.faults(third)).toEqual(["t2 and t1 heard the same in different orders"]);
  });
});

describe("the disk of a simulated relay", () => {
  it.each(storeContractFor())("is a store: $name", async ({ run }) => {
    const turns = new Turns();
    const random = new SeededRandom(1);
    const medium = new DiskMedium({ turns, random, storage, trace: new Trace(turns, false) });
    await holds(turns, run({ open: async () => medium.connect().store }));
  });

  it("forgets what was not durable when its process is killed, and keeps what was", async () => {
    const turns = new Turns();
    const medium = new DiskMedium({ turns, random: new SeededRandom(1), storage, trace: new Trace(turns, false) });
    const waiter = { stored: () => undefined, failed: () => undefined };
    const { store, kill } = medium.connect();
    store.append("a", "kept", waiter);
    await turns.settle();
    await turns.agenda.run(() => false, 100);
    store.append("a", "lost", waiter);
    kill();
    await turns.settle();
    expect(medium.logs.get("a")?.records).toEqual([{ position: 1, entry: "kept" }]);
  });
});

describe("the ledger", () => {
  const session = "s";
  const written = new Written();
  written.note('{"type":"message","session":"s","from":1,"cseq":1,"envelopes":[]}');

  /** What it says of members 1 and 2, each on a connection of its own. */
  function heard(
    ...texts: readonly (readonly [member: 1 | 2, direction: "up" | "down", message: object])[]
  ): readonly string[] {
    const ledger = new Ledger(written);
    const connections = { 1: {}, 2: {} };
    for (const number of [1, 2] as const) {
      ledger.heard(connections[number], "up", JSON.stringify({ id: 0, method: "Session.open", params: { session } }));
      ledger.heard(connections[number], "down", JSON.stringify({ id: 0, result: { session, number } }));
    }
    for (const [number, direction, message] of texts) {
      ledger.heard(connections[number], direction, JSON.stringify(message));
    }
    return [...ledger.faults, ...ledger.missing()];
  }
  const says = (cseq: number) => {
    return { id: cseq, method: "Session.message", params: { session, cseq, envelopes: [{ to: 0, body: `b${cseq}` }] } };
  };
  const told = (seq: number, previous: number, from: number, ...bodies: string[]) => {
    return { method: "message", params: { session, seq, previous, from, bodies } };
  };
  const sent = [
    [1, "up", says(1)],
    [1, "down", { id: 1, result: { seq: 3 } }],
  ] as const;

  it("has nothing against a message that is durable, acknowledged and delivered", () => {
    expect(heard(...sent, [2, "down", told(3, 0, 1, "b1")])).toEqual([]);
  });

  it("sees what was acknowledged and is not durable, is lost, or is another one", () => {
    expect(heard([1, "up", says(2)], [1, "down", { id: 2, result: { seq: 4 } }])).toEqual([
      "acknowledged and not durable: member 1, cseq 2",
    ]);
    expect(heard(...sent, [2, "down", told(4, 0, 1, "b9")])).toEqual(["member 2 never got the acknowledged event 3"]);
    expect(heard(...sent, [2, "down", told(3, 0, 1, "b9")])).toEqual(["member 2 got another event 3 than was sent"]);
  });

  it("sees what is told twice, with a gap, or in another order", () => {
    const twice = heard(...sent, [2, "down", told(3, 0, 1, "b1")], [2, "down", told(3, 0, 1, "b1")]);
    expect(twice).toEqual(["member 2 was told event 3 behind 3"]);
    expect(heard([2, "down", told(3, 2, 1, "b1")])).toEqual(["member 2 was not told 2"]);
    const other = heard(...sent, [2, "down", told(3, 0, 2, "b1")]);
    expect(other).toEqual(["event 3 is a message of 1 and a message of 2"]);
  });
});
