import { type AppendWaiter, appended, type LogRecord } from "../log-store.ts";
import type { SharedLogStore } from "../shared-log-store.ts";
import { equal, records, type StoreCase, withNodes } from "./place.ts";

/** What a store does that several nodes have in common. */
export const sharingCases: readonly StoreCase[] = [
  {
    name: "gives each entry one position, whichever node appends it",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      const nodes = [one, other];
      const positions = await Promise.all(
        Array.from({ length: 40 }, (_, i) => appended(nodes[i % 2] ?? one, "a", `${i}`)),
      );
      equal(
        positions.toSorted((a, b) => a - b),
        records(count(40)).map(({ position }) => position),
      );
      equal(await one.read("a", 0, 100), await other.read("a", 0, 100));
    }),
  },
  {
    name: "tells who follows a log all that stands there and all that comes, in order, and whose it is",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      for (const i of count(3)) await appended(one, "a", `e${i}`);
      const there = hearing(other, "a", 3);
      other.follow("a", 0, never);
      equal(
        (await there).map(({ record }) => record),
        records([1, 2, 3]),
      );
      one.follow("a", 3, never);
      const all = [hearing(one, "a", 60), hearing(other, "a", 60)] as const;
      const waiters = count(60).map((i) => waiterOf(i % 2 === 0 ? one : other, `e${i}`));
      const [heardByOne, heardByOther] = [await all[0], await all[1]];
      equal(
        heardByOne.map(({ record }) => record),
        heardByOther.map(({ record }) => record),
      );
      equal(
        heardByOne.map(({ record }) => record.position),
        count(60).map((i) => i + 3),
      );
      for (const [store, heard] of [
        [one, heardByOne],
        [other, heardByOther],
      ] as const) {
        for (const { record, own } of heard) {
          const author = waiters.find(({ entry }) => entry === record.entry);
          equal(own === (author?.store === store ? author.waiter : undefined), true);
        }
      }
    }),
  },
  {
    name: "tells what is there behind a position only, and nothing of logs that are not followed",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      for (const i of count(4)) await appended(one, "a", `e${i}`);
      const heard: string[] = [];
      other.subscribe((log, { entry }) => heard.push(`${log}${entry}`));
      const two = hearing(other, "a", 2);
      other.follow("a", 2, never);
      await appended(one, "b", "unheard");
      await two;
      await other.caughtUp("a");
      equal(heard, ["ae3", "ae4"]);
    }),
  },
  {
    name: "tells nothing more of a log that is not followed any more, but what the node appends itself",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      const heard: string[] = [];
      other.subscribe((_log, { entry }) => heard.push(entry));
      const first = hearing(other, "a", 1);
      const stop = other.follow("a", 0, never);
      await appended(one, "a", "e1");
      await first;
      stop();
      await appended(one, "a", "e2");
      equal(await appended(other, "a", "e3"), 3);
      equal(heard, ["e1", "e3"]);
      const again = hearing(other, "a", 1);
      other.follow("a", 3, never);
      await appended(one, "a", "e4");
      equal((await again)[0]?.record, { position: 4, entry: "e4" });
    }),
  },
  {
    name: "has told all that others had appended when it is asked to catch up",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      const heard: string[] = [];
      other.subscribe((_log, { entry }) => heard.push(entry));
      other.follow("a", 0, never);
      for (const i of count(5)) {
        await appended(one, "a", `e${i}`);
        await other.caughtUp("a");
        equal(heard.length, i);
      }
    }),
  },
  {
    name: "appends at a position only if it is the next one",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      const at = (store: SharedLogStore, position: number) =>
        new Promise<string>((resolve) => {
          const waiter = {
            stored: (got: number) => resolve(`${got}`),
            failed: (error: unknown) => resolve(nameOf(error)),
          };
          store.appendAt("a", { position, entry: `e${position}` }, waiter);
        });
      equal(await at(one, 1), "1");
      equal((await Promise.all([at(one, 2), at(other, 2)])).sort(), ["2", "PositionTakenError"]);
      equal(await at(other, 2), "PositionTakenError");
      equal(await at(other, 4), "PositionTakenError");
      equal(await one.read("a", 0, 10), records([1, 2]));
    }),
  },
  {
    name: "goes on counting in a log that was trimmed whole, and tells those who follow it what comes next",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      for (const i of count(3)) await appended(one, "a", `e${i}`);
      const all = hearing(other, "a", 4);
      other.follow("a", 0, never);
      await other.caughtUp("a");
      await one.trim("a", Number.POSITIVE_INFINITY);
      equal(await one.read("a", 0, 10), []);
      equal(await appended(one, "a", "e4"), 4);
      equal(
        (await all).map(({ record }) => record),
        records([1, 2, 3, 4]),
      );
      equal(await other.read("a", 0, 10), records([4]));
    }),
  },
  {
    name: "drops nothing more when a node trims what another one has trimmed already, or further",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      for (const i of count(9)) await appended(one, "a", `e${i}`);
      await one.trim("a", 8, [3, 5, 6]);
      await other.trim("a", 8, [3, 5, 6]);
      await other.trim("a", 4, [2, 3]);
      equal(await other.read("a", 0, 10), records([3, 5, 6, 8, 9]));
      await one.trim("a", 9, [5]);
      equal(await other.read("a", 0, 10), records([5, 9]));
    }),
  },
  {
    name: "says so to a node that has heard more than there is",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      await appended(one, "a", "e1");
      const lost = new Promise<Error>((resolve) => other.follow("a", 5, resolve));
      equal((await lost).name, "DamagedLogError");
    }),
  },
  {
    name: "passes notices to those who follow a log",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      const stops = [one, other].map((node) => node.follow("a", 0, never));
      const heard = [one, other].map(
        (node) => new Promise<string>((resolve) => node.onNotice((log, notice) => resolve(`${log}: ${notice}`))),
      );
      // It may get lost while a node is on its way to follow the log.
      let isHeard = false;
      const all = Promise.all(heard).finally(() => {
        isHeard = true;
      });
      for (let i = 0; i < 1_000 && !isHeard; i++) {
        one.notify("a", "ä news");
        await one.caughtUp("a");
      }
      equal(await all, ["a: ä news", "a: ä news"]);
      for (const stop of stops) stop();
    }),
  },
  {
    name: "says facts to all nodes for as long as they live",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      const life = 60_000;
      await one.facts.say("nodes", "one", { value: "1", life });
      await other.facts.say("nodes", "two", { value: "2", life });
      await other.facts.say("other", "two", { value: "3", life });
      equal([...(await one.facts.all("nodes"))].sort(), [
        ["one", "1"],
        ["two", "2"],
      ]);
      await one.facts.say("nodes", "one", { value: "4", life });
      await one.facts.retract("nodes", "two", "another");
      equal((await other.facts.all("nodes")).size, 2);
      await one.facts.retract("nodes", "two", "2");
      equal([...(await other.facts.all("nodes"))], [["one", "4"]]);
      await one.facts.say("nodes", "one", { value: "4", life: 1 });
      while ((await other.facts.all("nodes")).size > 0);
    }),
  },
  {
    name: "lets one node alone claim a fact, and the next when it is over",
    needs: ["shared"],
    run: withNodes(async (one, other) => {
      const claim = (node: SharedLogStore, value: string, life: number) => node.facts.claim("t", "k", { value, life });
      equal((await Promise.all([claim(one, "1", 60_000), claim(other, "2", 60_000)])).sort(), [false, true]);
      const [[, holder] = ["", ""]] = await one.facts.all("t");
      equal(await claim(one, holder, 1), true);
      while (!(await claim(other, "3", 60_000)));
      equal([...(await one.facts.all("t"))], [["k", "3"]]);
    }),
  },
];

interface Heard {
  readonly record: LogRecord;
  readonly own: AppendWaiter | undefined;
}

/** Resolves with what is heard of a log from now on, when it is as much. */
function hearing(store: SharedLogStore, log: string, wanted: number): Promise<readonly Heard[]> {
  return new Promise((resolve) => {
    const heard: Heard[] = [];
    const stop = store.subscribe((of, record, own) => {
      if (of !== log) return;
      heard.push({ record, own });
      if (heard.length < wanted) return;
      stop();
      resolve(heard);
    });
  });
}

function waiterOf(store: SharedLogStore, entry: string) {
  const waiter: AppendWaiter = { stored: () => undefined, failed: never };
  store.append("a", entry, waiter);
  return { store, entry, waiter };
}

function never(error: unknown): void {
  throw new Error(`unexpected: ${nameOf(error)}`);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

function count(to: number): number[] {
  return Array.from({ length: to }, (_, i) => i + 1);
}
