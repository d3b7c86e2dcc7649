import type { CeremonyView, PartyView } from "./ceremony-types.ts";
import { isComplete, type Memory, missingOf, peekSlot } from "./memory.ts";
import { roundName } from "./round-name.ts";

/** A picture of where a ceremony stands, for people. */
export function viewOf(memory: Memory): CeremonyView {
  const { phase, round, deadline, parties, self } = memory;
  const missing = missingOf(memory);
  return {
    phase,
    round,
    name: roundName(memory),
    deadline,
    parties: parties
      .filter(({ number }) => number !== self)
      .map(({ number, label }): PartyView => {
        const answer = memory.answers.get(number);
        return {
          number,
          label,
          online: memory.online.has(number),
          round: reached(memory, number),
          waitedFor: missing.includes(number),
          waitsFor: answer?.missing ?? [],
        };
      }),
  };
}

function reached(memory: Memory, number: number): number {
  const { rounds, round, chain, seals } = memory;
  if (seals.has(number)) return rounds.length + 1;
  for (const ahead of [round + 1, round]) {
    if (ahead <= rounds.length && isComplete(memory, ahead, peekSlot(memory, ahead, number))) return ahead;
  }
  return chain.length - 1;
}
