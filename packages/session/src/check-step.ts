import { UsageError } from "@countersign/wire";
import { USUAL_BYTES } from "./check-terms.ts";
import type { Memory } from "./memory.ts";
import type { NextRound, Step } from "./round-protocol.ts";

/** Throws `UsageError` for a step that is not what the protocol's rounds promise. */
export function checkStep(memory: Memory, step: Step<unknown>): void {
  const left = memory.rounds.length - memory.round;
  if (step.type === "done" && left > 0) fault(`the protocol is done, and ${left} of its rounds are left`);
  if (step.type === "done" && step.outcome.length !== 32) fault("an outcome has 32 bytes");
  if (step.type === "failed" && step.culprits.some((number) => !memory.numbers.includes(number))) {
    fault("a culprit who is no party");
  }
  if (step.type !== "round") return;
  if (left === 0) fault("the protocol has messages for a round that it does not have");
  checkMessages(memory, step);
}

function checkMessages({ rounds, round, others }: Memory, { broadcast, direct }: NextRound): void {
  const shape = rounds[round];
  if (shape === undefined) return;
  if (shape.broadcast !== (broadcast !== undefined))
    fault(`"${shape.name}" has ${shape.broadcast ? "a" : "no"} broadcast`);
  if (shape.direct !== (direct !== undefined)) fault(`"${shape.name}" has ${shape.direct ? "" : "no "}direct messages`);
  if (direct !== undefined && (direct.size !== others.length || !others.every((number) => direct.has(number)))) {
    fault(`"${shape.name}" has one direct message for each of the others`);
  }
  const most = shape.bytes ?? USUAL_BYTES;
  const messages = [...(broadcast === undefined ? [] : [broadcast]), ...(direct?.values() ?? [])];
  if (messages.some(({ length }) => length > most)) fault(`a message of "${shape.name}" has at most ${most} bytes`);
}

function fault(detail: string): never {
  throw new UsageError("usage.step", detail);
}
