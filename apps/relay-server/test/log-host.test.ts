import { appended, createMemoryStore, type GroupEntry, type LogStore, type SnapshotEntry } from "@countersign/relay";
import { expect, it } from "vitest";
import { LogHost } from "../src/core/log-host.ts";
import { silentLog } from "../src/log.ts";
import { silentMeter } from "../src/observe/meter.ts";
import { ManualClock } from "./manual-clock.ts";

const ack = (seq: number): GroupEntry => ({ type: "ack", session: "s", from: 1, seq });

/** A host that notes what it applies, over a store whose `append` can be replaced. */
function createHost(more: Partial<LogStore> = {}, wanted?: SnapshotEntry) {
  const applied: GroupEntry[] = [];
  const store = { ...createMemoryStore(), ...more };
  const machine = {
    apply: (_: number, entry: GroupEntry) => {
      applied.push(entry);
      return [];
    },
    snapshot: () => (applied.at(-1)?.type === "snapshot" ? undefined : wanted),
    excess: () => undefined,
    timers: () => [],
    tell: () => undefined,
    idle: () => undefined,
  };
  const surroundings = { store, clock: new ManualClock(), log: silentLog, meter: silentMeter };
  const host = new LogHost<GroupEntry, never, never>("log", machine, surroundings);
  store.subscribe((_, record, waiter) => host.hear(record, waiter));
  return { host, applied, store };
}

it("applies what it has appended as the object that it was, each once and in order", async () => {
  const { host, applied } = createHost();
  const entries = [ack(1), ack(2), ack(1)];
  await Promise.all(entries.map((entry) => host.append(entry)));
  expect(applied).toHaveLength(3);
  expect(applied.every((entry, i) => entry === entries[i])).toBe(true);
});

it("reads what others have appended between its own", async () => {
  const { host, applied, store } = createHost();
  const own = ack(2);
  await Promise.all([
    appended(store, "log", JSON.stringify(ack(1))),
    host.append(own),
    appended(store, "log", "no entry"),
  ]);
  expect(applied).toEqual([ack(1), own]);
  expect(applied[1]).toBe(own);
});

it("forgets what the store did not take", async () => {
  const { host, applied } = createHost({
    append: (_log, _entry, waiter) => setImmediate(() => waiter.failed(new Error("full"))),
  });
  const refused = ack(1);
  await expect(host.append(refused)).rejects.toThrow("full");
  host.hear({ position: 1, entry: JSON.stringify(refused) }, undefined);
  expect(applied).toEqual([refused]);
  expect(applied[0]).not.toBe(refused);
});

it("comes to a pause in which the log can be shortened, however busily others append, and keeps their order", async () => {
  const snapshot: SnapshotEntry = { type: "snapshot", position: 0, state: null };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const memory = createMemoryStore();
  // Answers take two turns, and in each of them there is more to append.
  const append: LogStore["append"] = async (log, entry, waiter) => {
    const position = await appended(memory, log, entry);
    await turn();
    await turn();
    waiter.stored(position);
  };
  const { host, applied } = createHost({ ...memory, append }, snapshot);
  const answers: Promise<unknown>[] = [];
  while (answers.length < 10_000) {
    for (let i = 0; i < 100; i++) answers.push(host.append(ack(answers.length + 1)));
    await turn();
  }
  const before = applied.findIndex(({ type }) => type === "snapshot");
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(5_000);
  await Promise.all(answers);
  const seqs = applied.flatMap((entry) => (entry.type === "ack" ? [entry.seq] : []));
  expect(seqs).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1));
});
