import fs, { writevSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

// A disk that takes everything but what holds a text. `refuseWrites` is for stores in this thread; in a worker that is
// started with `--import` of this file, and a text in its environment, it is the worker's disk.

const VARIABLE = "COUNTERSIGN_TEST_REFUSED";
const REASON = "the disk is full";

/** Refuses what holds the text; undefined: nothing any more. */
export function refuseWrites(text: string | undefined): void {
  fs.writevSync = text === undefined ? writevSync : refusing(text);
  syncBuiltinESMExports();
}

/** The same for the threads that are started from now on. */
export function refuseWritesInThreads(text: string | undefined): void {
  if (text === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = text;
}

const original = writevSync;

function refusing(text: string): typeof writevSync {
  return (file, pieces, position) => {
    if (pieces.some((piece) => Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).includes(text))) {
      throw new Error(REASON);
    }
    return original(file, pieces, position);
  };
}

const text = process.env[VARIABLE];
if (!isMainThread && text !== undefined) refuseWrites(text);
