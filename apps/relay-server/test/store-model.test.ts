import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appended, createMemoryStore, type LogRecord, type LogStore } from "@countersign/relay";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Order } from "../src/store/orders.ts";
import { OpenedStore } from "./opened-store.ts";
import { refuseWrites } from "./refused-writes.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const LOGS = ["a", "b", "c", "d", "registry"];
const STEPS = 60;
const RUNS = 12;

/** A number from 0 to `below` - 1. */
type Draw = (below: number) => number;

/** Draws what somebody could order. The registry has little and keeps it; the others come and go around it. */
function draw(integer: Draw, positions: ReadonlyMap<string, number>): [string, Order] {
  const log = LOGS[integer(LOGS.length)] ?? "";
  const last = positions.get(log) ?? 0;
  const kind = integer(12);
  const isRegistry = log === "registry";
  if (kind < 8) return [log, `${log}€${"x".repeat(integer(isRegistry ? 100 : kind === 0 ? 30_000 : 900))}`];
  if (kind < 10) return [log, { type: "read", after: integer(last + 2), max: 1 + integer(40) }];
  const before = !isRegistry && integer(3) === 0 ? Number.POSITIVE_INFINITY : integer(last + 3);
  const keep = before > last ? [] : Array.from({ length: integer(4) }, () => 1 + integer(last + 1));
  return [log, { type: "trim", before, keep }];
}

async function doInModel(
  model: LogStore,
  [log, order]: [string, Order],
): Promise<number | readonly LogRecord[] | null> {
  if (typeof order === "string") return appended(model, log, order);
  if (order.type === "read") return model.read(log, order.after, order.max);
  if (order.type === "trim") await model.trim(log, order.before, order.keep);
  return null;
}

async function scanned(model: LogStore): Promise<unknown> {
  const logs: Record<string, LogRecord[]> = {};
  const damaged = await model.scan((log, record) => {
    logs[log] ??= [];
    logs[log].push(record);
  });
  return { logs: Object.fromEntries(Object.entries(logs).sort()), damaged: [...damaged] };
}

// Wasted are no bytes or as many as all that lives; what is taken over into the database is so at once, in steps, or when
// it is closed.
for (const [kept, full] of [
  [0, 1],
  [5_000, 1],
  [0, 100_000],
  [0, 100_000_000],
] as const) {
  it(`does what a store in memory does, whatever is ordered, refused, made smaller and opened again (${kept} B kept, ${full} B ahead)`, async () => {
    let [smaller, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (gen) => {
        const integer: Draw = (below) => gen(fc.nat, { max: below - 1 });
        let place = mkdtempSync(join(directory, "run-"));
        const model = createMemoryStore();
        const positions = new Map<string, number>();
        let store = new OpenedStore(place, kept, full);
        for (let step = 0; step < STEPS; step++) {
          const orders = Array.from({ length: 1 + integer(20) }, () => draw(integer, positions));
          if (integer(10) === 0) {
            refuseWrites("unwritable");
            const last = integer(2) === 0 ? (["a", "unwritable"] as const) : (["unwritable", ""] as const);
            expect(store.run(...orders, last).failed).toBe(true);
            refuseWrites(undefined);
            refused++;
          } else {
            const { outcomes } = store.run(...orders);
            for (const [i, order] of orders.entries()) {
              const expected = await doInModel(model, order);
              if (typeof expected === "number") positions.set(order[0], expected);
              // Both give fewer records than asked for where they are large, but not at the same size.
              if (Array.isArray(expected)) expect(expected.slice(0, count(outcomes[i]))).toEqual(outcomes[i]);
              else expect(outcomes[i]).toEqual(expected);
            }
          }
          if (integer(10) === 0) store.database.exec(FAULT);
          smaller += store.tidy();
          store.database.exec("DROP TRIGGER IF EXISTS fault");
          if (integer(12) === 0) {
            const next = mkdtempSync(join(directory, "run-"));
            // Half of the times it ends without saying so.
            const isKilled = integer(2) === 0;
            if (isKilled) cpSync(place, next, { recursive: true });
            store.close();
            if (!isKilled) cpSync(place, next, { recursive: true });
            rmSync(place, { recursive: true });
            place = next;
            store = new OpenedStore(place, kept, full);
          }
        }
        expect(store.scan()).toEqual(await scanned(model));
        store.close();
        const again = new OpenedStore(place, kept, full);
        expect(again.scan()).toEqual(await scanned(model));
        again.close();
      }),
      // Two hundred transactions are not made fewer by leaving some out at random.
      { numRuns: RUNS, endOnFailure: true },
    );
    expect([smaller > 0 || full === 100_000_000, refused > 0]).toEqual([true, true]);
  });
}

const FAULT = `
  CREATE TEMP TRIGGER fault BEFORE INSERT ON main.bundles WHEN new.id % 3 = 0
  BEGIN SELECT raise(ABORT, 'the disk is full'); END`;

const count = (outcome: unknown) => (outcome as readonly unknown[]).length;
