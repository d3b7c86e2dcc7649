import { equalBytes, UsageError } from "@countersign/wire";
import type { CeremonyFailureCode, CeremonyOptions, CeremonyParty } from "./ceremony-types.ts";
import { chainStart } from "./chain.ts";
import { checkTerms } from "./check-terms.ts";
import type { Heard } from "./messages.ts";
import type { RoundShape } from "./round-protocol.ts";
import type { CeremonyPhase } from "./transitions.ts";

/** What a party said to all in a round. */
export interface Statement extends Heard {
  /** The chain up to the round before, as that party has it. */
  readonly chain: Uint8Array;
  readonly body: Uint8Array;
}

/** What is here of one party's messages of one round. */
export interface Slot {
  statement?: Statement;
  direct?: Uint8Array;
}

/** A party's seal. */
export interface Seal {
  readonly chain: Uint8Array;
  readonly outcome: Uint8Array;
  readonly signature: Uint8Array;
}

/** A message of one's own that has left, or is about to. */
export interface OwnMessage {
  /** 0 for all others. */
  readonly to: number;
  readonly round: number;
  readonly bytes: Uint8Array;
}

/** What there is to say against somebody. */
export interface Charge {
  readonly code: CeremonyFailureCode;
  readonly culprits: readonly number[];
  readonly detail: string;
  readonly by?: number;
  readonly blamed?: readonly number[];
}

/** All that a ceremony knows. Maps are by party number, unless they say otherwise. */
export interface Memory {
  phase: CeremonyPhase;
  readonly self: number;
  /** All parties, ascending; and their numbers, and those of all but this one. */
  readonly parties: readonly CeremonyParty[];
  readonly numbers: readonly number[];
  readonly others: readonly number[];
  readonly options: CeremonyOptions;
  readonly rounds: readonly RoundShape[];
  /** The round whose messages are, or were last, waited for; the closing is one above the last. */
  round: number;
  /** `h_0`, `h_1`, … of the rounds that are over; the digests of those rounds; and what was said in them, in party order. */
  readonly chain: Uint8Array[];
  readonly digests: Uint8Array[];
  readonly heard: (readonly Heard[])[];
  /** What has come of the round that is waited for, and of the one after it: by round. */
  readonly inbox: Map<number, Map<number, Slot>>;
  readonly seals: Map<number, Seal>;
  /** Seals whose signatures were verified: spares doing it again, and says nothing that is not so without it. */
  readonly verified: WeakSet<Seal>;
  /** What others have shown of a round: by round. */
  readonly evidence: Map<number, Map<number, readonly Heard[]>>;
  /** Rounds of which this party has shown what it heard. */
  readonly shown: Set<number>;
  readonly own: OwnMessage[];
  /** Of the protocol. Secret. */
  state: Uint8Array;
  outcome: Uint8Array | undefined;
  /** What is wrong with a seal. */
  readonly doubts: Map<number, Charge>;
  /** Who said whom it waits for, in which round. */
  readonly answers: Map<number, { readonly at: number; readonly missing: readonly number[] }>;
  /** Who wants the certificate as soon as there is one. */
  readonly owed: Set<number>;
  /** Whether nobody is missing any more but those whose seals are doubted. */
  cornered: boolean;
  /** How many questions of a party were answered. */
  readonly answered: Map<number, number>;
  readonly done: Set<number>;
  readonly online: Set<number>;
  /** Since when one waits, when half of the time is over (once), and when all of it is, in ms. */
  since: number;
  half: number | undefined;
  deadline: number | undefined;
}

/** What is known before anything happened. Throws `UsageError` for options that make no sense. */
export function createMemory(options: CeremonyOptions): Memory {
  const parties = checkTerms(options);
  const numbers = parties.map(({ number }) => number);
  if (!numbers.includes(options.self)) {
    throw new UsageError("usage.roster", "this party's number is not among the parties");
  }
  return {
    phase: "created",
    self: options.self,
    parties,
    numbers,
    others: numbers.filter((number) => number !== options.self),
    options,
    rounds: options.protocol.rounds,
    round: 0,
    chain: [chainStart({ ...options, parties })],
    digests: [],
    heard: [],
    inbox: new Map(),
    seals: new Map(),
    verified: new WeakSet(),
    evidence: new Map(),
    shown: new Set(),
    own: [],
    state: new Uint8Array(0),
    outcome: undefined,
    doubts: new Map(),
    answers: new Map(),
    owed: new Set(),
    cornered: false,
    answered: new Map(),
    done: new Set(),
    online: new Set(),
    since: 0,
    half: undefined,
    deadline: undefined,
  };
}

/** The chain up to the last round that is over. */
export function chainOf({ chain }: Memory): Uint8Array {
  return at(chain, chain.length - 1);
}

/** An element that is known to be there. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`nothing at ${index}`);
  return found;
}

/** What is here of a party's messages of a round. */
export function slotOf({ inbox }: Memory, round: number, number: number): Slot {
  const row = inbox.get(round) ?? new Map<number, Slot>();
  inbox.set(round, row);
  const slot = row.get(number) ?? {};
  row.set(number, slot);
  return slot;
}

/** The same, without making room for it. */
export function peekSlot({ inbox }: Memory, round: number, number: number): Slot {
  return inbox.get(round)?.get(number) ?? {};
}

/** Whether a slot has all that the round's shape wants. */
export function isComplete({ rounds }: Memory, round: number, slot: Slot): boolean {
  return slot.statement !== undefined && (slot.direct !== undefined || rounds[round - 1]?.direct !== true);
}

/** Whose messages are missing for this party to go on. */
export function missingOf(memory: Memory): readonly number[] {
  const { phase, round, others, seals, doubts, done, evidence } = memory;
  switch (phase) {
    case "gathering":
      return others.filter((number) => !isComplete(memory, round, peekSlot(memory, round, number)));
    case "disputing":
      return disputants(memory).filter((number) => evidence.get(round - 1)?.get(number) === undefined);
    case "closing":
      return others.filter((number) => !seals.has(number) || doubts.has(number));
    case "complete":
      return others.filter((number) => !done.has(number));
    default:
      return [];
  }
}

/** `h_r` of the round before the one that is waited for, as a party said it; undefined as long as it did not. */
export function saidChain(memory: Memory, number: number): Uint8Array | undefined {
  const { round, rounds, seals } = memory;
  return round > rounds.length ? seals.get(number)?.chain : peekSlot(memory, round, number).statement?.chain;
}

/** Who has another history than this party. */
export function disputants(memory: Memory): readonly number[] {
  return memory.others.filter((number) => differs(saidChain(memory, number), chainOf(memory)));
}

/** Whether something was said, and it was something else. */
export function differs(said: Uint8Array | undefined, own: Uint8Array): boolean {
  return said !== undefined && !equalBytes(said, own);
}
