// The main job, end to end, as separate processes on loopback: a relay, and Alice, Bob and Carol, who make a key that
// nobody has alone; then two of them sign a payment with it. Wants a build; `npm run demo` does both. Ends within two
// minutes, and leaves nothing behind.
import { constants } from "node:os";
import { perform } from "./perform.ts";
import { duration, say, verdict } from "./screen.ts";
import { Stage } from "./stage.ts";

const LIMIT_SECONDS = 120;

interface Ending {
  readonly status: number;
  readonly why?: string;
}

const began = performance.now();
const stage = new Stage();

const interrupted = new Promise<Ending>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => resolve({ status: 128 + constants.signals[signal], why: "interrupted" }));
  }
  // Nobody reads any more, as behind `| head`.
  process.stdout.on("error", () => resolve({ status: 1, why: "stdout was closed" }));
  const why = `not done after ${LIMIT_SECONDS} seconds`;
  setTimeout(() => resolve({ status: 1, why }), LIMIT_SECONDS * 1_000).unref();
});
const performed = perform(stage).then(
  (faults): Ending => (faults.length === 0 ? { status: 0 } : { status: 1, why: faults.join("; ") }),
  (error: Error): Ending => ({ status: 1, why: error.message }),
);

const { status, why } = await Promise.race([performed, interrupted]);
const left = await stage.clear();
const took = duration(performance.now() - began);
say("");
verdict(
  left.length === 0,
  left.length === 0 ? "no process and no file is left behind" : `left behind: ${left.join(", ")}`,
);
verdict(status === 0, status === 0 ? `all of it held, in ${took}` : `${why}, after ${took}`);
process.exit(left.length === 0 ? status : 1);
