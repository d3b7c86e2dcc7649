import { UsageError } from "@countersign/wire";
import type { CeremonyInput, Instant } from "./ceremony-types.ts";
import { checkStep } from "./check-step.ts";
import { decodeCheckpoint } from "./checkpoint.ts";
import type { Happening } from "./happening.ts";
import { judgeMessage } from "./judge-message.ts";
import { type Charge, disputants, type Memory, missingOf } from "./memory.ts";
import { roundName } from "./round-name.ts";
import type { Step } from "./round-protocol.ts";
import type { CeremonyEvent } from "./transitions.ts";

/** Judges an input by what is known; changes nothing. `undefined`: nothing happened. */
export function judge(memory: Memory, input: CeremonyInput, now: Instant): Happening | undefined {
  if (memory.deadline !== undefined && now.ms >= memory.deadline) return outOfTime(memory);
  switch (input.type) {
    case "start":
      return happening("start");
    case "resume": {
      const checkpoint = decodeCheckpoint(input.checkpoint, memory);
      const event = checkpoint.outcome === undefined ? "resume-round" : "resume-closing";
      return { ...happening(event), checkpoint };
    }
    case "message":
      expectPeer(memory, input.from);
      return soften(memory, judgeMessage(memory, input));
    case "step":
      return judgeStep(memory, input.step);
    case "abort": {
      // One's own seal is a promise that is kept: only the others' silence ends it.
      if (memory.round > memory.rounds.length) return undefined;
      const charge: Charge = { code: "local.aborted", culprits: [], detail: input.reason };
      return { ...happening("stop"), charge };
    }
    case "time":
      return memory.half !== undefined && now.ms >= memory.half ? happening("half-time") : undefined;
    case "presence":
      expectPeer(memory, input.number);
      return undefined;
    case "persisted":
      return undefined;
  }
}

function judgeStep(memory: Memory, step: Step<unknown>): Happening {
  if (memory.phase === "computing") checkStep(memory, step);
  switch (step.type) {
    case "round":
      return { ...happening("made"), step };
    case "done":
      return { ...happening("finished"), step };
    case "failed": {
      const charge: Charge = { code: "protocol.failed", culprits: step.culprits, detail: step.detail };
      return { ...happening("gave-up"), charge };
    }
  }
}

/**
 * Once this party's seal is out, some of the others may be complete by it. So what one of them does then does not end
 * the ceremony: a third may have all seals, and is asked. Where there is no third, nothing is to be hoped for.
 */
function soften(memory: Memory, what: Happening): Happening {
  const { round, rounds, others, doubts } = memory;
  if (
    round <= rounds.length ||
    memory.phase === "complete" ||
    (what.event !== "breach" && what.event !== "heard-abort")
  )
    return what;
  if (doubts.has(what.from)) return { ...what, event: "repeat" };
  return others.length === 1 ? what : { ...what, event: "doubt" };
}

function outOfTime(memory: Memory): Happening {
  const missing = missingOf(memory);
  const liars = memory.phase === "disputing" && missing.length === 0 ? disputants(memory) : [];
  const [doubt] = memory.doubts.values();
  return { ...happening("out-of-time"), charge: doubt ?? (liars.length > 0 ? lie(liars) : silence(memory, missing)) };
}

function lie(culprits: readonly number[]): Charge {
  return { code: "peer.protocol", culprits, detail: "said a history that is not that of what they heard" };
}

function silence(memory: Memory, culprits: readonly number[]): Charge {
  const detail = `${culprits.length} did not send what belongs to "${roundName(memory)}" in time`;
  const blamed = new Set(culprits.flatMap((number) => memory.answers.get(number)?.missing ?? []));
  const claims = [...blamed].filter((number) => number !== memory.self);
  return { code: "peer.timeout", culprits, detail, ...(claims.length > 0 ? { blamed: claims } : {}) };
}

function expectPeer({ others }: Memory, number: number): void {
  if (!others.includes(number)) throw new UsageError("usage.unknown-party", `there is no other party ${number}`);
}

function happening(event: CeremonyEvent): Happening {
  return { event, from: 0, round: 0 };
}
