import { appended } from "../log-store.ts";
import { equal, records, type StoreCase, scanned, withFaults } from "./place.ts";

/** What a store does that keeps what it has, and what is left when its medium fails. */
export const durabilityCases: readonly StoreCase[] = [
  {
    name: "has everything when it is opened again, and goes on counting",
    needs: ["disk"],
    async run(place) {
      const first = await place.open();
      const appends = [1, 2, 3, 4].map((i) => appended(first, "a", `e${i}`));
      const trim = first.trim("a", 3, [1]);
      await first.close();
      await Promise.all([...appends, trim]);
      const second = await place.open();
      equal(await scanned(second), { logs: { a: records([1, 3, 4]) }, damaged: [] });
      equal(await second.read("a", 0, 10), records([1, 3, 4]));
      equal(await appended(second, "a", "e5"), 5);
      await second.close();
    },
  },
  {
    name: "begins anew with a log that was trimmed whole, also when it is opened again",
    needs: ["disk", "sole"],
    async run(place) {
      const first = await place.open();
      await appended(first, "a", "old");
      await first.trim("a", Number.POSITIVE_INFINITY);
      await first.close();
      const second = await place.open();
      equal(await scanned(second), { logs: {}, damaged: [] });
      equal(await appended(second, "a", "e1"), 1);
      await second.close();
    },
  },
  {
    name: "gives nothing that was not appended: a damaged record is left out, its log is named, others are unharmed",
    needs: ["faults"],
    run: withFaults(async (place, faults) => {
      const first = await place.open();
      for (const log of ["a", "b"]) for (let i = 1; i <= 3; i++) await appended(first, log, `e${i}`);
      await first.close();
      await faults.damage("a", 2);
      const second = await place.open();
      equal(await scanned(second), { logs: { a: records([1, 3]), b: records([1, 2, 3]) }, damaged: ["a"] });
      const steps = [appended(second, "b", "e4"), second.read("a", 0, 9), second.read("b", 3, 9)] as const;
      equal(await nameOfRejection(steps[1]), "DamagedLogError");
      equal([await steps[0], await steps[2]], [4, records([4])]);
      await second.trim("a", Number.POSITIVE_INFINITY);
      equal((await scanned(second)).damaged, []);
      const position = await appended(second, "a", "anew");
      equal(await second.read("a", 0, 9), [{ position, entry: "anew" }]);
      await second.close();
    }),
  },
  {
    name: "rejects what could not be written, tells nobody of it, and goes on",
    needs: ["faults"],
    run: withFaults(async (place, faults) => {
      await faults.refuse("unwritable");
      const store = await place.open();
      const heard: string[] = [];
      store.subscribe((log, { position, entry }) => heard.push(`${log}${position}=${entry}`));
      await appended(store, "a", "e1");
      // Whatever else is in the transaction may fail with it, but then it is not there, either.
      const beside = appended(store, "b", "beside").then(
        () => 1,
        () => 0,
      );
      const steps = [appended(store, "a", "unwritable"), store.read("a", 0, 9)] as const;
      equal((await nameOfRejection(steps[0])) === "none", false);
      equal(await steps[1], records([1]));
      equal((await store.read("b", 0, 9)).length, await beside);
      equal(heard.length, 1 + (await beside));
      equal(await appended(store, "a", "e2"), 2);
      await store.close();
      const again = await place.open();
      equal((await scanned(again)).logs["a"], records([1, 2]));
      await again.close();
    }),
  },
];

async function nameOfRejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "none",
    (error: Error) => error.name,
  );
}
