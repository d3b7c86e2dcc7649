import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SeededRandom } from "@countersign/testkit";
import { Child } from "../../processes/child.ts";
import type { Figure, Proof } from "../proof.ts";
import { temporaryFolder } from "../relay.ts";
import { sleep } from "../wait.ts";

const script = fileURLToPath(new URL("../at-user.ts", import.meta.url));
/** Milliseconds after the first use within which the blow falls. */
const LIFE = 60;
/** One life in so many is ended while it still starts, within so many milliseconds. */
const EARLY = 6;
const START = 250;
/** Seconds by which the clock jumps at most, in either direction, while it goes ahead by ten years over all lives. */
const YEAR = 365 * 24 * 3_600;
/** Exit status of a process that SIGKILL ended. */
const KILLED = 128 + 9;

/**
 * A process of two endpoints that keep their highest `at` in files is killed again and again, and their clocks are wrong
 * each time anew. What counts is the `at` in the packets that leave.
 */
export const at: Proof = {
  id: "at",
  title: "kill -9 of who uses handshake times, with a clock that jumps",
  async run(scale, { seed, progress, note }): Promise<readonly Figure[]> {
    const kills = scale === "quick" ? 50 : 1_000;
    const random = new SeededRandom(seed);
    const folder = temporaryFolder();
    const sum = { used: 0, notHigher: 0, failed: 0, back: 0 };
    const cut = new Set<string>();
    const highest = new Map<string, bigint>();
    let clocks = [0, 0];
    for (let kill = 1; kill <= kills; kill++) {
      const before = clocks;
      clocks = clocks.map(() => Math.floor((10 * YEAR * kill) / kills) + random.integer(2 * YEAR) - YEAR);
      if (clocks.some((clock, i) => clock < (before[i] ?? 0))) sum.back++;
      const early = random.integer(EARLY) === 0;
      const child = new Child({
        name: "the user of times",
        script,
        args: [folder, ...clocks.map(String)],
        cwd: process.cwd(),
      });
      let used = () => {};
      const begun = new Promise<void>((resolve) => {
        used = resolve;
      });
      // Every line until its end, in order.
      const ended = child
        .find("being killed", (line) => {
          used();
          const [endpoint = "", time = ""] = line.split(" ");
          sum.used++;
          if (BigInt(time) <= (highest.get(endpoint) ?? 0n)) sum.notHigher++;
          highest.set(endpoint, BigInt(time));
          return undefined;
        })
        .catch(() => undefined);
      if (!early) await Promise.race([begun, ended]);
      await sleep(random.integer(early ? START : LIFE));
      child.kill("SIGKILL");
      await ended;
      if ((await child.exit) !== KILLED) {
        sum.failed++;
        note(`life ${kill}: ${child.complaint}`);
      }
      for (const half of globSync("**/*.tmp", { cwd: folder })) cut.add(half);
      progress(`life ${kill} of ${kills}, ${sum.used} times used`);
    }
    return [
      { name: "killed", value: kills, unit: "" },
      { name: "of them in the middle of a write", value: cut.size, unit: "" },
      { name: "a clock behind that of the life before", value: sum.back, unit: "", target: { atLeast: kills / 10 } },
      { name: "times used", value: sum.used, unit: "", target: { atLeast: kills } },
      { name: "not above all before", value: sum.notHigher, unit: "", target: { atMost: 0 } },
      { name: "lives that ended by themselves", value: sum.failed, unit: "", target: { atMost: 0 } },
    ];
  },
};
