import type { LogRecord, LogStore } from "../log-store.ts";
import { isSharedStore, type SharedLogStore } from "../shared-log-store.ts";

/** Where a test finds a store: every call of `open` opens the same place again, for a shared store as another node. */
export interface StorePlace {
  open(): Promise<LogStore>;
  /** What can go wrong there, for stores of which cases with `needs: "faults"` are asked. */
  readonly faults?: StoreFaults;
}

/** Faults of the medium; called while the store is closed. */
export interface StoreFaults {
  /** Changes a bit of the entry of a record. */
  damage(log: string, position: number): Promise<void>;
  /** Makes it impossible from now on to write this entry. */
  refuse(entry: string): Promise<void>;
}

/**
 * What holds of some stores only. `disk`: it keeps what it has when it is closed. `faults`: its place has them. `sole`:
 * nobody else has it. `shared`: it is a `SharedLogStore`.
 */
export type StoreTrait = "disk" | "faults" | "sole" | "shared";

/** One promise of `LogStore` or `SharedLogStore`; `run` rejects with an error that says how it was broken. */
export interface StoreCase {
  readonly name: string;
  /** For which stores it is: those of which all of this holds. */
  readonly needs: readonly StoreTrait[];
  run(place: StorePlace): Promise<void>;
}

/** A case that needs one open store. */
export function withStore(run: (store: LogStore) => Promise<void>): (place: StorePlace) => Promise<void> {
  return async (place) => {
    const store = await place.open();
    await run(store);
    await store.close();
  };
}

/** A case that needs two nodes. */
export function withNodes(
  run: (one: SharedLogStore, other: SharedLogStore) => Promise<void>,
): (place: StorePlace) => Promise<void> {
  return async (place) => {
    const [one, other] = [await place.open(), await place.open()];
    if (!isSharedStore(one) || !isSharedStore(other)) throw new Error("the store is not shared");
    await run(one, other);
    await one.close();
    await other.close();
  };
}

/** A case that makes faults. */
export function withFaults(
  run: (place: StorePlace, faults: StoreFaults) => Promise<void>,
): (place: StorePlace) => Promise<void> {
  return (place) => {
    if (place.faults === undefined) return Promise.reject(new Error("the place has no faults"));
    return run(place, place.faults);
  };
}

/** Records as the cases append them: `e` and the position. */
export function records(positions: readonly number[]): LogRecord[] {
  return positions.map((position) => ({ position, entry: `e${position}` }));
}

/** All that a scan gives, by log, and the names of damaged ones. */
export async function scanned(
  store: LogStore,
): Promise<{ readonly logs: Readonly<Record<string, readonly LogRecord[]>>; readonly damaged: readonly string[] }> {
  const logs: Record<string, LogRecord[]> = {};
  const damaged = await store.scan((log, record) => {
    const found = logs[log] ?? [];
    logs[log] = found;
    found.push(record);
  });
  return { logs: Object.fromEntries(Object.entries(logs).sort()), damaged: [...damaged].sort() };
}

/** Rejects unless both are the same as JSON. */
export function equal(actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`expected ${cut(wanted)}, got ${cut(got)}`);
}

function cut(text: string | undefined): string {
  return (text ?? "nothing").slice(0, 500);
}
