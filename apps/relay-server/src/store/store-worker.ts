import type { DatabaseSync } from "node:sqlite";
import { isMainThread, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type Batch, Count, PORTIONS_AHEAD, type Portion, type Report, type WorkerData } from "./batch.ts";
import { LogDatabase } from "./log-database.ts";
import { openDatabase, reasonOf } from "./open-database.ts";
import { giveSpaceBack, SPACE_INTERVAL } from "./space.ts";

// The thread of the SQLite store: all it does is to wait for the disk, so that the event loop of the relay does not. It has
// no event loop of its own: to be woken from a wait costs half of what a message does that is listened for.

if (isMainThread || parentPort === null) throw new Error("this file is for the store only");
const port = parentPort;
const { file, directory, counts: shared } = workerData as WorkerData;
const counts = new Int32Array(shared);

const report = (message: Report) => port.postMessage(message);

function open(): DatabaseSync | undefined {
  try {
    return openDatabase(file, directory);
  } catch (error) {
    report({ type: "unfit", reason: reasonOf(error, file) });
    return undefined;
  }
}

function serve(database: DatabaseSync): void {
  let given = 0;
  const give = (portion: Portion) => {
    report({ type: "portion", portion });
    given++;
    for (let taken = countOf(Count.taken); given - taken > PORTIONS_AHEAD; taken = countOf(Count.taken)) {
      Atomics.wait(counts, Count.taken, taken);
    }
  };
  const logs = new LogDatabase(database, { directory, give });
  report({ type: "ready" });
  let looked = performance.now();
  for (let batch = next(looked); batch !== null; batch = next(looked)) {
    if (batch !== undefined) {
      report({ type: "done", done: logs.run(batch) });
      // Nobody waits for that, and what makes more of it cannot outrun it.
      logs.tidy();
    }
    if (performance.now() < looked + SPACE_INTERVAL) continue;
    if (!logs.tidy()) giveSpaceBack(database);
    looked = performance.now();
  }
  logs.close();
}

/** The next batch, null: there will be none; undefined: it is time to look for space. */
function next(looked: number): Batch | null | undefined {
  for (;;) {
    const said = countOf(Count.said);
    const received = receiveMessageOnPort(port);
    if (received !== undefined) return received.message as Batch | null;
    const patience = looked + SPACE_INTERVAL - performance.now();
    if (patience <= 0 || Atomics.wait(counts, Count.said, said, patience) === "timed-out") return undefined;
  }
}

function countOf(place: number): number {
  return Atomics.load(counts, place);
}

const database = open();
if (database !== undefined) serve(database);
