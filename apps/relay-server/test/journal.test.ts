import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { journalFiles } from "../src/store/journal.ts";
import { OpenedStore } from "./opened-store.ts";

let directory: string;
let copies: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
  copies = 0;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const KEPT = 0;
const PAGE = 4_096;
const never = 1_000_000_000;

/** What is on the disk of a store, as if it was killed now. */
function killed(place: string): string {
  const copy = join(directory, `copy-${++copies}`);
  cpSync(place, copy, { recursive: true });
  return copy;
}

/** Fills a store in transactions, and answers its files as if it was killed then. */
function filled(full: number, rounds: number): string {
  const place = join(directory, `${++copies}`);
  const store = new OpenedStore(place, KEPT, full);
  for (let n = 1; n <= rounds; n++) {
    const entries = ["a", "b", "c"].map((log) => [log, `${log}${n}.${"x".repeat(200 * n)}`] as const);
    expect(store.run(...entries).failed).toBe(false);
    store.tidy();
  }
  const copy = killed(place);
  store.close();
  return copy;
}

/** How many records each log has in a store. */
function counted(place: string): { counts: number[]; damaged: readonly string[] } {
  const store = new OpenedStore(place);
  const { logs, damaged } = store.scan();
  store.close();
  return { counts: ["a", "b", "c"].map((log) => logs[log]?.length ?? 0), damaged };
}

/** The file of the journal in which there is something. */
function written(place: string): string {
  const file = journalFiles(place).find((path) => existsSync(path));
  if (file === undefined) throw new Error("there is no journal");
  return file;
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** Where the frames of a file begin that is written for the first time, and where the last one ends. */
function frames(file: string): number[] {
  const bytes = readFileSync(file);
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += PAGE) {
    if (bytes.subarray(at + 8, at + 16).equals(bytes.subarray(8, 16))) starts.push(at);
  }
  return [...starts, Math.ceil((lastByte(bytes) + 1) / PAGE) * PAGE];
}

/** Where something stands for the last time. */
function lastByte(bytes: Buffer): number {
  return bytes.findLastIndex((byte) => byte !== 0);
}

describe("what was written ahead of the database", () => {
  it("is gone into it when the store is closed", () => {
    const place = join(directory, "a");
    const store = new OpenedStore(place, KEPT, never);
    store.do("a", "e1");
    expect(journalFiles(place).some((file) => existsSync(file))).toBe(true);
    store.close();
    expect(journalFiles(place).some((file) => existsSync(file))).toBe(false);
    const again = new OpenedStore(place);
    expect(again.read("a")).toEqual([{ position: 1, entry: "e1" }]);
    again.close();
  });

  for (const full of [1, 8 * PAGE, never]) {
    it(`is there after a kill, and after one more (${full} B in a file)`, () => {
      let place = filled(full, 40);
      for (const _ of [1, 2]) {
        const next = killed(place);
        expect(counted(place)).toEqual({ counts: [40, 40, 40], damaged: [] });
        place = next;
      }
    });
  }

  it("has nothing of a transaction that was being written, wherever it was cut off", () => {
    const original = filled(never, 6);
    const starts = frames(written(original));
    expect(starts.length).toBe(7);
    const last = starts.at(-2) ?? 0;
    // What stands behind the frame up to the next page means nothing.
    const end = lastByte(readFileSync(written(original)));
    for (let cut = last; cut <= end; cut += 97) {
      const place = killed(original);
      truncateSync(written(place), cut);
      expect(counted(place)).toEqual({ counts: [5, 5, 5], damaged: [] });
      rmSync(place, { recursive: true });
    }
  });

  it("has nothing of a transaction of which some sectors were not written", () => {
    const original = filled(never, 30);
    const [last = 0, end = 0] = frames(written(original)).slice(-2);
    for (let at = last; at < end - PAGE; at += 512) {
      const place = killed(original);
      const bytes = readFileSync(written(place));
      bytes.fill(0, at, at + 512);
      writeFileSync(written(place), bytes);
      expect(counted(place)).toEqual({ counts: [29, 29, 29], damaged: [] });
      rmSync(place, { recursive: true });
    }
  });

  it("costs a log where an entry was changed, and nobody else", () => {
    const place = filled(never, 6);
    const file = written(place);
    flip(file, readFileSync(file).indexOf("b3.") + 50);
    expect(counted(place)).toEqual({ counts: [6, 5, 6], damaged: ["b"] });
  });

  it("keeps a relay from starting where it is not known any more what was written, and stays what it is", async () => {
    const original = filled(never, 6);
    const starts = frames(written(original));
    for (const at of [4, 12, 18, 22, 30]) {
      const place = killed(original);
      flip(written(place), (starts[2] ?? 0) + at);
      const before = readFileSync(written(place));
      await expect(openSqliteStore(place)).rejects.toThrow(/^cannot open .+ written ahead .+ move relay\.db\* away/);
      expect(readFileSync(written(place)).equals(before)).toBe(true);
    }
  });

  it("is not missed where a whole file of it is gone", async () => {
    const place = join(directory, "a");
    const store = new OpenedStore(place, KEPT, 8 * PAGE);
    const [first, second] = journalFiles(place);
    const size = (file: string) => (existsSync(file) ? statSync(file).size : 0);
    for (let n = 1; size(first) === 0 || size(second) === 0; n++) store.do("a", `e${n}${"x".repeat(2_000)}`);
    // Nothing of the full one was taken over yet.
    store.do("a", "last");
    const count = (store.read("a") as readonly unknown[]).length;
    const copy = killed(place);
    store.close();
    const whole = killed(copy);
    const again = new OpenedStore(whole);
    expect((again.read("a") as readonly unknown[]).length).toBe(count);
    again.close();
    for (const file of journalFiles(copy)) {
      const place = killed(copy);
      rmSync(join(place, file.slice(copy.length)));
      const outcome = await openSqliteStore(place).then(
        async (opened) => {
          await opened.close();
          return "opened";
        },
        () => "refused",
      );
      // Without the newer one it is as if that had not been written; it cannot go with the older one alone.
      const isOlder = readFileSync(file).includes("e1x");
      expect(outcome).toBe(isOlder ? "refused" : "opened");
    }
  });

  it("is no part of another database", () => {
    const place = filled(never, 6);
    rmSync(join(place, "relay.db"));
    rmSync(join(place, "relay.db-wal"), { force: true });
    expect(counted(place)).toEqual({ counts: [0, 0, 0], damaged: [] });
  });
});
