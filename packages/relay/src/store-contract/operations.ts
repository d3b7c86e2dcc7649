import { appended } from "../log-store.ts";
import { equal, records, type StoreCase, scanned, withStore } from "./place.ts";

/** What appends, reads, trims and scans do. */
export const operationCases: readonly StoreCase[] = [
  {
    name: "counts positions up from 1 in each log",
    needs: [],
    run: withStore(async (store) => {
      equal(await Promise.all(["a", "b", "a", "a"].map((log, i) => appended(store, log, `e${i}`))), [1, 1, 2, 3]);
    }),
  },
  {
    name: "reads what was appended behind a position, in order, up to a number",
    needs: [],
    run: withStore(async (store) => {
      for (let i = 1; i <= 5; i++) await appended(store, "a", `e${i}`);
      await appended(store, "b", "other");
      equal(await store.read("a", 0, 10), records([1, 2, 3, 4, 5]));
      equal(await store.read("a", 2, 2), records([3, 4]));
      equal(await store.read("a", 5, 2), []);
      equal(await store.read("none", 0, 2), []);
    }),
  },
  {
    name: "reads large records in parts, so that a reader is not given more than it can hold, but at least one",
    needs: [],
    run: withStore(async (store) => {
      const entry = "x".repeat(100_000);
      await Promise.all(Array.from({ length: 8 }, () => appended(store, "a", entry)));
      const positions: number[] = [];
      for (;;) {
        const part = await store.read("a", positions.length, 100);
        if (part.length === 0) break;
        equal(part.length <= 4, true);
        positions.push(...part.map(({ position }) => position));
      }
      equal(positions, [1, 2, 3, 4, 5, 6, 7, 8]);
      const larger = await appended(store, "a", "x".repeat(1_000_000));
      equal(
        (await store.read("a", 8, 100)).map(({ position }) => position),
        [larger],
      );
    }),
  },
  {
    name: "scans all logs, each in order, without what was trimmed",
    needs: [],
    run: withStore(async (store) => {
      equal(await scanned(store), { logs: {}, damaged: [] });
      for (let i = 1; i <= 3; i++) {
        await appended(store, "a", `e${i}`);
        await appended(store, "b", `e${i}`);
      }
      const many = Array.from({ length: 3_000 }, (_, i) => i + 1);
      await Promise.all(many.map((i) => appended(store, "c", `e${i}`)));
      await store.trim("a", Number.POSITIVE_INFINITY);
      await store.trim("b", 3, [1]);
      const steps = [appended(store, "d", "e1"), scanned(store), appended(store, "d", "e2")] as const;
      equal(await steps[1], { logs: { b: records([1, 3]), c: records(many), d: records([1]) }, damaged: [] });
      await Promise.all(steps);
    }),
  },
  {
    name: "keeps every character of an entry",
    needs: [],
    run: withStore(async (store) => {
      const entries = ["", "\u0000\n\u2028", "ä€𝄞", '"\\', "x".repeat(200_000)];
      for (const entry of entries) await appended(store, "a", entry);
      const read = await store.read("a", 0, 10);
      equal(
        read.map((record) => record.entry),
        entries,
      );
    }),
  },
  {
    name: "tells listeners of every entry in order before the append resolves, and never inside the call",
    needs: [],
    run: withStore(async (store) => {
      const heard: string[] = [];
      const stop = store.subscribe((log, { position, entry }) => heard.push(`${log}${position}=${entry}`));
      const first = appended(store, "a", "x").then(() => equal(heard.includes("a1=x"), true));
      const others = [appended(store, "b", "y"), appended(store, "a", "z")];
      equal(heard, []);
      await Promise.all([first, ...others]);
      // How several logs are mixed is the store's choice.
      equal(
        heard.toSorted((one, other) => one.localeCompare(other)),
        ["a1=x", "a2=z", "b1=y"],
      );
      equal(heard.indexOf("a1=x") < heard.indexOf("a2=z"), true);
      stop();
      await appended(store, "a", "unheard");
      equal(heard.length, 3);
    }),
  },
  {
    name: "lets listeners append",
    needs: [],
    run: withStore(async (store) => {
      const answers: Promise<number>[] = [];
      store.subscribe((_log, { entry }) => {
        if (entry === "ping") answers.push(appended(store, "a", "pong"));
      });
      equal(await appended(store, "a", "ping"), 1);
      equal(await Promise.all(answers), [2]);
    }),
  },
  {
    name: "carries out appends, reads and trims in the order in which they were called",
    needs: [],
    run: withStore(async (store) => {
      const steps = [
        appended(store, "a", "e1"),
        appended(store, "a", "e2"),
        store.read("a", 0, 10),
        store.trim("a", 2),
        appended(store, "a", "e3"),
        store.read("a", 0, 10),
      ];
      const [, , before, , , after] = await Promise.all(steps);
      equal(before, records([1, 2]));
      equal(after, records([2, 3]));
    }),
  },
  {
    name: "trims what stands before a position but for what is to be kept, and goes on counting",
    needs: [],
    run: withStore(async (store) => {
      for (let i = 1; i <= 6; i++) await appended(store, "a", `e${i}`);
      await appended(store, "b", "e1");
      await store.trim("a", 5, [2, 4, 9]);
      equal(await store.read("a", 0, 10), records([2, 4, 5, 6]));
      equal(await store.read("a", 3, 2), records([4, 5]));
      equal(await store.read("b", 0, 10), records([1]));
      equal(await appended(store, "a", "e7"), 7);
      await store.trim("none", 5);
    }),
  },
  {
    name: "starts a log anew that was trimmed whole",
    needs: ["sole"],
    run: withStore(async (store) => {
      await appended(store, "a", "old");
      const steps = [store.trim("a", Number.POSITIVE_INFINITY), appended(store, "a", "e1")];
      await Promise.all(steps);
      equal(await store.read("a", 0, 10), records([1]));
    }),
  },
];
