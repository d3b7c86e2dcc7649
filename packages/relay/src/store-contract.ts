import type { LogRecord, LogStore } from "./log-store.ts";

// The one file of this package that waits: it drives stores, which answer with promises.

/** Where a test finds a store: every call of `open` opens the same place again. */
export interface StorePlace {
  open(): Promise<LogStore>;
}

/** One promise of `LogStore`; `run` rejects with an error that says how it was broken. */
export interface StoreCase {
  readonly name: string;
  /** Whether it only holds for stores that keep what they have when they are closed. */
  readonly durable: boolean;
  run(place: StorePlace): Promise<void>;
}

/** What every store has to do. For use with any test runner: one test per case, each with a fresh place. */
export const storeContract: readonly StoreCase[] = [
  {
    name: "counts positions up from 1 in each log",
    durable: false,
    run: withStore(async (store) => {
      equal(await Promise.all(["a", "b", "a", "a"].map((log, i) => store.append(log, `e${i}`))), [1, 1, 2, 3]);
    }),
  },
  {
    name: "reads what was appended behind a position, in order, up to a number",
    durable: false,
    run: withStore(async (store) => {
      for (let i = 1; i <= 5; i++) await store.append("a", `e${i}`);
      await store.append("b", "other");
      equal(await store.read("a", 0, 10), records([1, 2, 3, 4, 5]));
      equal(await store.read("a", 2, 2), records([3, 4]));
      equal(await store.read("a", 5, 2), []);
      equal(await store.read("none", 0, 2), []);
    }),
  },
  {
    name: "keeps every character of an entry",
    durable: false,
    run: withStore(async (store) => {
      const entries = ["", "\u0000\n\u2028", "ä€𝄞", '"\\', "x".repeat(200_000)];
      for (const entry of entries) await store.append("a", entry);
      const read = await store.read("a", 0, 10);
      equal(
        read.map((record) => record.entry),
        entries,
      );
    }),
  },
  {
    name: "tells listeners of every entry in order before the append resolves, and never inside the call",
    durable: false,
    run: withStore(async (store) => {
      const heard: string[] = [];
      const stop = store.subscribe((log, { position, entry }) => heard.push(`${log}${position}=${entry}`));
      const first = store.append("a", "x").then(() => equal(heard.includes("a1=x"), true));
      const others = [store.append("b", "y"), store.append("a", "z")];
      equal(heard, []);
      await Promise.all([first, ...others]);
      equal(heard, ["a1=x", "b1=y", "a2=z"]);
      stop();
      await store.append("a", "unheard");
      equal(heard.length, 3);
    }),
  },
  {
    name: "lets listeners append",
    durable: false,
    run: withStore(async (store) => {
      const appended: Promise<number>[] = [];
      store.subscribe((_log, { entry }) => {
        if (entry === "ping") appended.push(store.append("a", "pong"));
      });
      equal(await store.append("a", "ping"), 1);
      equal(await Promise.all(appended), [2]);
    }),
  },
  {
    name: "carries out appends, reads and trims in the order in which they were called",
    durable: false,
    run: withStore(async (store) => {
      const steps = [
        store.append("a", "e1"),
        store.append("a", "e2"),
        store.read("a", 0, 10),
        store.trim("a", 2),
        store.append("a", "e3"),
        store.read("a", 0, 10),
      ];
      const [, , before, , , after] = await Promise.all(steps);
      equal(before, records([1, 2]));
      equal(after, records([2, 3]));
    }),
  },
  {
    name: "trims what stands before a position but for what is to be kept, and goes on counting",
    durable: false,
    run: withStore(async (store) => {
      for (let i = 1; i <= 6; i++) await store.append("a", `e${i}`);
      await store.append("b", "e1");
      await store.trim("a", 5, [2, 4, 9]);
      equal(await store.read("a", 0, 10), records([2, 4, 5, 6]));
      equal(await store.read("a", 3, 2), records([4, 5]));
      equal(await store.read("b", 0, 10), records([1]));
      equal(await store.append("a", "e7"), 7);
      await store.trim("none", 5);
    }),
  },
  {
    name: "starts a log anew that was trimmed whole",
    durable: false,
    run: withStore(async (store) => {
      await store.append("a", "old");
      const steps = [store.trim("a", Number.POSITIVE_INFINITY), store.append("a", "e1")];
      await Promise.all(steps);
      equal(await store.read("a", 0, 10), records([1]));
    }),
  },
  {
    name: "has everything when it is opened again, and goes on counting",
    durable: true,
    async run(place) {
      const first = await place.open();
      const appends = [1, 2, 3, 4].map((i) => first.append("a", `e${i}`));
      const trim = first.trim("a", 3, [1]);
      await first.close();
      await Promise.all([...appends, trim]);
      const second = await place.open();
      equal(await second.read("a", 0, 10), records([1, 3, 4]));
      equal(await second.append("a", "e5"), 5);
      await second.close();
    },
  },
];

function withStore(run: (store: LogStore) => Promise<void>): (place: StorePlace) => Promise<void> {
  return async (place) => {
    const store = await place.open();
    await run(store);
    await store.close();
  };
}

function records(positions: readonly number[]): LogRecord[] {
  return positions.map((position) => ({ position, entry: `e${position}` }));
}

function equal(actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`expected ${cut(wanted)}, got ${cut(got)}`);
}

function cut(text: string | undefined): string {
  return (text ?? "nothing").slice(0, 500);
}
