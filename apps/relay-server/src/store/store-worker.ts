import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { type Batch, PORTIONS_AHEAD, type Portion, type Report, type WorkerData } from "./batch.ts";
import { LogDatabase } from "./log-database.ts";
import { openDatabase, reasonOf } from "./open-database.ts";
import { giveSpaceBack, SPACE_INTERVAL } from "./space.ts";

// The thread of the SQLite store: all it does is to wait for the disk, so that the event loop of the relay does not.

if (isMainThread || parentPort === null) throw new Error("this file is for the store only");
const port = parentPort;
const { file, directory, taken } = workerData as WorkerData;

const report = (message: Report) => port.postMessage(message);

function serve(): void {
  const database = openDatabase(file, directory);
  const takenCount = new Int32Array(taken);
  let given = 0;
  const give = (portion: Portion) => {
    report({ type: "portion", portion });
    given++;
    for (let count = Atomics.load(takenCount, 0); given - count > PORTIONS_AHEAD; count = Atomics.load(takenCount, 0)) {
      Atomics.wait(takenCount, 0, count);
    }
  };
  const logs = new LogDatabase(database, { directory, give });
  const space = setInterval(() => logs.tidy() || giveSpaceBack(database), SPACE_INTERVAL);
  port.on("message", (batch: Batch | null) => {
    if (batch !== null) {
      report({ type: "done", done: logs.run(batch) });
      // Nobody waits for that, and what makes more of it cannot outrun it.
      logs.tidy();
      return;
    }
    clearInterval(space);
    logs.close();
    port.close();
  });
  report({ type: "ready" });
}

try {
  serve();
} catch (error) {
  report({ type: "unfit", reason: reasonOf(error, file) });
}
