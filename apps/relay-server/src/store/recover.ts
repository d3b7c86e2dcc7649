import { readFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { entryOf, readBundle } from "./bundle.ts";
import { checksum, seedOf } from "./checksum.ts";
import { journalFiles } from "./journal.ts";
import { type ChangedRow, changesOf, type Frame, frameAt, HEAD, lengthOf, PAGE } from "./journal-frame.ts";
import { checksumOfRow } from "./log-row.ts";
import { rollBack } from "./roll-back.ts";
import { SqliteCode } from "./tables.ts";

/**
 * Takes over into the database what was written ahead of it when the relay ended without saying so, in one transaction.
 * Throws if something is missing in the middle of it.
 */
export function recover(database: DatabaseSync, directory: string): void {
  const epoch = epochOf(database);
  const frames = framesOf(directory, epoch);
  const last = frames.at(-1);
  if (last === undefined) return;
  // The last one may have been under way. One before it was durable, so that what is wrong with it is damage.
  const durable = isWhole(last, seedsOf(database, frames)) ? frames : frames.slice(0, -1);
  database.exec("BEGIN IMMEDIATE");
  try {
    takeOver(database, durable);
    // Neither of the two turns that were under way is read again.
    database.prepare("UPDATE journal SET epoch = ?").run(epoch + 2);
    database.exec("COMMIT");
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** The oldest turn of the journal of which something may not be in the database. */
export function epochOf(database: DatabaseSync): number {
  return Number(database.prepare("SELECT epoch FROM journal").get()?.["epoch"]);
}

/** The frames of this turn and of the next one, in order. */
function framesOf(directory: string, epoch: number): readonly Frame[] {
  const frames = framesOfTurn(directory, epoch);
  const next = framesOfTurn(directory, epoch + 1);
  if (next[0] !== undefined && next[0].before !== frames.length) throw lost();
  return [...frames, ...next];
}

function framesOfTurn(directory: string, epoch: number): Frame[] {
  const file = read(journalFiles(directory)[epoch % 2] ?? "");
  const frames: Frame[] = [];
  let at = 0;
  for (let frame = frameAt(file, at, epoch); frame?.number === frames.length; frame = frameAt(file, at, epoch)) {
    frames.push(frame);
    at += lengthOf(frame);
  }
  for (; at < file.length; at += PAGE) {
    const frame = frameAt(file, at, epoch);
    if (frame !== undefined && frame.number > frames.length) throw lost();
  }
  return frames;
}

/** Where the checksums of a log begin, by its number; undefined where nobody knows, and for one that is no more. */
type Seeds = (id: number) => number | undefined;

function seedsOf(database: DatabaseSync, frames: readonly Frame[]): Seeds {
  const names = new Map<number, string | undefined>();
  for (const frame of frames) for (const { id, row } of changesOf(frame).logs) names.set(id, row?.name);
  const find = database.prepare("SELECT * FROM logs WHERE id = ?");
  return (id) => {
    if (!names.has(id)) return seedOfRow(find.get(id));
    const name = names.get(id);
    return name === undefined ? undefined : seedOf(name);
  };
}

/** Undefined for a row that has changed, which says nothing about entries. */
function seedOfRow(row: Readonly<Record<string, unknown>> | undefined): number | undefined {
  if (row === undefined) return undefined;
  const [id, before, kept] = [Number(row["id"]), Number(row["before"]), String(row["kept"])];
  const seed = seedOf(String(row["name"]));
  return checksumOfRow(seed, { id, before, kept }) === row["checksum"] ? seed : undefined;
}

/** Whether all of a frame was written. */
function isWhole(frame: Frame, seeds: Seeds): boolean {
  return bundlesOf(frame).every(({ bytes }) => {
    const bundle = readBundle(bytes);
    return bundle?.marks.every(({ log, position, checksum: expected }, i) => {
      const seed = seeds(log);
      return seed === undefined || checksum(seed, position, entryOf(bundle, i)) === expected;
    });
  });
}

function bundlesOf(frame: Frame): readonly { readonly id: number; readonly bytes: Buffer }[] {
  let end = HEAD;
  return changesOf(frame).bundles.map(([id, size]) => {
    end += size;
    return { id, bytes: frame.bytes.subarray(end - size, end) };
  });
}

function takeOver(database: DatabaseSync, frames: readonly Frame[]): void {
  const statements = {
    bundle: database.prepare("INSERT OR REPLACE INTO bundles (id, entries) VALUES (?, ?)"),
    dropBundle: database.prepare("DELETE FROM bundles WHERE id = ?"),
    log: database.prepare("INSERT OR REPLACE INTO logs (id, name, before, kept, checksum) VALUES (?, ?, ?, ?, ?)"),
    dropLog: database.prepare("DELETE FROM logs WHERE id = ?"),
  };
  const putLog = (id: number, { name, before, kept }: ChangedRow) =>
    statements.log.run(id, name, before, kept, checksumOfRow(seedOf(name), { id, before, kept }));
  const dead = new Set(frames.flatMap((frame) => changesOf(frame).dead));
  for (const id of dead) statements.dropBundle.run(id);
  for (const frame of frames) {
    for (const { id, bytes } of bundlesOf(frame)) {
      if (dead.has(id)) continue;
      if (readBundle(bytes) === undefined) throw lost();
      statements.bundle.run(id, bytes);
    }
    for (const { id, row } of changesOf(frame).logs) {
      if (row === null) statements.dropLog.run(id);
      else putLog(id, row);
    }
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

function lost(): Error {
  return Object.assign(new Error("a part of what was written ahead of it is lost"), { errcode: SqliteCode.corrupt });
}
