import { equalBytes } from "@countersign/wire";
import { statementMessage } from "./chain.ts";
import { sealFault } from "./closing.ts";
import type { Happening } from "./happening.ts";
import {
  at,
  type Charge,
  chainOf,
  differs,
  disputants,
  type Memory,
  missingOf,
  peekSlot,
  saidChain,
} from "./memory.ts";
import type { Heard } from "./messages.ts";
import type { CeremonyEvent } from "./transitions.ts";

/** What follows by itself from what is known, or nothing. */
export function judgeProgress(memory: Memory): Happening | undefined {
  switch (memory.phase) {
    case "computing":
    case "disputing":
      return judgeShown(memory);
    case "gathering":
      return (
        judgeShown(memory) ?? judgeHistories(memory) ?? (missingOf(memory).length === 0 ? it("gathered") : undefined)
      );
    case "closing":
      return judgeShown(memory) ?? judgeHistories(memory) ?? judgeSeals(memory);
    case "complete":
      return missingOf(memory).length === 0 ? it("all-done") : undefined;
    default:
      return undefined;
  }
}

/** Whether everybody who has spoken in this round has the same history. */
function judgeHistories(memory: Memory): Happening | undefined {
  const { round } = memory;
  const culprits = disputants(memory);
  if (culprits.length === 0) return undefined;
  if (round > 1) return it("split");
  const detail = `${culprits.length} have other terms: another protocol, version, roster or threshold`;
  return { ...it("other-terms"), charge: { code: "peer.differs", culprits, detail } };
}

function judgeSeals(memory: Memory): Happening | undefined {
  const { others, seals, doubts } = memory;
  for (const number of others) {
    const seal = seals.get(number);
    if (seal === undefined || doubts.has(number)) continue;
    const charge = sealFault(memory, number, seal);
    // Where there is nobody else who could hold a good seal, there is nothing to wait for.
    if (charge !== undefined)
      return { event: others.length === 1 ? "breach" : "doubt", from: number, round: 0, charge };
  }
  const missing = missingOf(memory);
  if (missing.length === 0) return it("sealed");
  return !memory.cornered && missing.every((number) => doubts.has(number)) ? it("cornered") : undefined;
}

/** What follows from what others have shown of a round. */
function judgeShown(memory: Memory): Happening | undefined {
  for (const [round, shown] of memory.evidence) {
    for (const [from, heard] of shown) {
      const charge = convict(memory, { from, round, heard });
      if (charge === undefined) continue;
      if (isFinal(memory, charge)) return { event: "convicted", from, round, charge };
      const culprit = at(charge.culprits, 0);
      if (!memory.doubts.has(culprit)) return { event: "doubt", from: culprit, round, charge };
    }
    if (!memory.shown.has(round) && memory.heard[round - 1] !== undefined) {
      return { event: "evidence-owed", from: 0, round };
    }
  }
  return undefined;
}

/**
 * Whether a conviction ends the ceremony. Behind the last round it may be about something that was never said to anybody
 * else, and the others may be complete: it does if there is nobody else, or somebody else has sealed another history.
 */
function isFinal({ round, rounds, others, seals, chain }: Memory, { culprits }: Charge): boolean {
  if (round <= rounds.length || others.length === 1) return true;
  return others.some((number) => !culprits.includes(number) && differs(seals.get(number)?.chain, at(chain, round - 1)));
}

interface Shown {
  readonly from: number;
  readonly round: number;
  readonly heard: readonly Heard[];
}

/** Whom it proves at fault: a party that signed two statements, one that shows what nobody signed, one that lies. */
function convict(memory: Memory, { from, round, heard }: Shown): Charge | undefined {
  const chain = at(memory.chain, round - 1);
  let unknown = false;
  for (const [index, number] of memory.numbers.entries()) {
    const known = knownOf(memory, round, index);
    const { hash, signature } = at(heard, index);
    if (known === undefined) unknown = true;
    else if (!equalBytes(known, hash)) {
      const message = statementMessage({ chain, round, from: number, hash });
      if (memory.options.verify(signature, message, at(memory.parties, index).ed25519)) {
        return charge("peer.equivocation", number, "said different things to different parties, and signed both");
      }
      return charge("peer.protocol", from, "shows a statement that nobody signed");
    }
  }
  // It heard what was heard here, and says that its history is another one. Behind the last round this is left to the
  // end of the dispute, for it may have told the others the truth, and they may hold all seals.
  const open = memory.round <= memory.rounds.length && round === memory.round - 1;
  const lies = open && !unknown && differs(saidChain(memory, from), at(memory.chain, memory.round - 1));
  return lies ? charge("peer.protocol", from, "says a history that is not that of what it heard") : undefined;
}

/** The hash of what was heard here of a party in a round. */
function knownOf(memory: Memory, round: number, index: number): Uint8Array | undefined {
  const past = memory.heard[round - 1];
  if (past !== undefined) return at(past, index).hash;
  const statement = peekSlot(memory, round, at(memory.numbers, index)).statement;
  // A statement with another history is judged by that.
  return statement !== undefined && equalBytes(statement.chain, chainOf(memory)) ? statement.hash : undefined;
}

function charge(code: Charge["code"], culprit: number, detail: string): Charge {
  return { code, culprits: [culprit], detail: `party ${culprit} ${detail}` };
}

function it(event: CeremonyEvent): Happening {
  return { event, from: 0, round: 0 };
}
