import { performance } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Clock, every, systemClock, type Timer } from "./clock.ts";

/** Milliseconds between two looks. */
const LOOK = 4_000;
/** Looks in a row at which a process was idle until it is at rest: what comes in bursts of seconds keeps its room. */
const LOOKS = 3;
/** The part of that time in which a process that is idle may work: signs of life of some thousand clients. */
const IDLE = 0.05;
/** Bytes that are worth a collection. */
const WORTH = 8 * 1024 * 1024;

/** A process, as far as its memory is concerned. */
export interface MemoryOfProcess {
  /** The part of the time in which it has worked, since this was asked before. */
  busy(): number;
  /** Bytes that are set aside for new objects. */
  roomForNew(): number;
  /** Gives back what is not needed. */
  giveBack(): void;
}

/**
 * Keeps the memory of this process close to what it needs, until the answer is cancelled. For programs, because it changes
 * what holds for all that runs in the process. Decision 0054 has the figures.
 *
 * V8's middle compiler is left out: what it takes while it compiles stays with the process, a fifth of what a small relay
 * takes, and what is hot gets to the last compiler without it.
 */
export function saveMemory(): Timer {
  setFlagsFromString("--no-maglev");
  return giveBackWhenIdle(systemClock, ownProcess());
}

/**
 * What V8 has for new objects grows with bursts, up to 128 MiB, and is not given back where little is allocated afterwards.
 * Under load that room is worth 10 to 40 %; a process that does nothing does not need it. Then one collection gives it
 * back, which takes 50 ms and 12 more for each thousand connections.
 */
export function giveBackWhenIdle(clock: Clock, memory: MemoryOfProcess): Timer {
  let kept = 0;
  let idle = 0;
  return every(clock, LOOK, () => {
    idle = memory.busy() <= IDLE ? idle + 1 : 0;
    if (idle < LOOKS || memory.roomForNew() < kept + WORTH) return;
    memory.giveBack();
    // Where V8 gives nothing back, it is asked again only when there is more.
    kept = memory.roomForNew();
  });
}

function ownProcess(): MemoryOfProcess {
  let before = performance.eventLoopUtilization();
  let collect: ((options: object) => void) | undefined;
  return {
    busy() {
      const { utilization } = performance.eventLoopUtilization(before);
      before = performance.eventLoopUtilization();
      return utilization;
    },
    roomForNew: () => getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0,
    giveBack() {
      collect ??= collectorOfGarbage();
      collect({ type: "major", flavor: "last-resort" });
    },
  };
}

/** Node has one for programs that were started with a flag, and for contexts that are made after it was set. */
function collectorOfGarbage(): (options: object) => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => void;
  setFlagsFromString("--no-expose-gc");
  return collect;
}
