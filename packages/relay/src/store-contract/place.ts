import type { LogRecord, LogStore } from "../log-store.ts";

/** Where a test finds a store: every call of `open` opens the same place again. */
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

/** One promise of `LogStore`; `run` rejects with an error that says how it was broken. */
export interface StoreCase {
  readonly name: string;
  /** `disk`: only for stores that keep what they have when they are closed. `faults`: only for those whose place has them. */
  readonly needs: "nothing" | "disk" | "faults";
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
