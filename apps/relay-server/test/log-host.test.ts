import type { GroupEntry, LogStore } from "@countersign/relay";
import { createMemoryStore } from "@countersign/relay";
import { expect, it } from "vitest";
import { LogHost } from "../src/core/log-host.ts";
import { silentLog } from "../src/log.ts";
import { silentMeter } from "../src/observe/meter.ts";
import { ManualClock } from "./manual-clock.ts";

const ack = (seq: number): GroupEntry => ({ type: "ack", session: "s", from: 1, seq });

/** A host that notes what it applies, over a store whose `append` can be replaced. */
function createHost(more: Partial<LogStore> = {}) {
  const applied: GroupEntry[] = [];
  const store = { ...createMemoryStore(), ...more };
  const machine = {
    apply: (_: number, entry: GroupEntry) => {
      applied.push(entry);
      return [];
    },
    snapshot: () => undefined,
    timers: () => [],
    tell: () => undefined,
    idle: () => undefined,
  };
  const surroundings = { store, clock: new ManualClock(), log: silentLog, meter: silentMeter };
  const host = new LogHost<GroupEntry, never, never>("log", machine, surroundings);
  store.subscribe((_, record) => host.hear(record));
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
  await Promise.all([store.append("log", JSON.stringify(ack(1))), host.append(own), store.append("log", "no entry")]);
  expect(applied).toEqual([ack(1), own]);
  expect(applied[1]).toBe(own);
});

it("forgets what the store did not take", async () => {
  const { host, applied } = createHost({ append: () => Promise.reject(new Error("full")) });
  const refused = ack(1);
  await expect(host.append(refused)).rejects.toThrow("full");
  host.hear({ position: 1, entry: JSON.stringify(refused) });
  expect(applied).toEqual([refused]);
  expect(applied[0]).not.toBe(refused);
});
