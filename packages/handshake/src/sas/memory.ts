import type { GroupSasOptions } from "./group-sas-types.ts";
import { encodeParty, groupTranscript } from "./group-transcript.ts";
import type { Opening } from "./opening.ts";
import { checkedRoster, expectLength } from "./roster.ts";
import type { ShortString } from "./short-string.ts";
import type { SasState } from "./transitions.ts";

/** All that a group SAS knows. Maps are by party number. */
export interface Memory {
  state: SasState;
  readonly self: number;
  /** All parties, ascending. */
  readonly numbers: readonly number[];
  /** Whether nobody is asked, see `GroupSasOptions`. */
  readonly verified: boolean;
  readonly transcript: Uint8Array;
  /** One's own; secret until it is revealed. */
  readonly nonce: Uint8Array;
  readonly restarted: boolean;
  /** What a run before a restart has verified, and whether it has said SAS_OK. */
  readonly opened: readonly Opening[] | undefined;
  readonly agreed: boolean;
  readonly commitments: Map<number, Uint8Array>;
  /** Only those that open their commitment. */
  readonly nonces: Map<number, Uint8Array>;
  /** SAS_OK contents of the others that came before there was a string to check them by. */
  readonly earlyOks: Map<number, Uint8Array>;
  /** Only those that are of the same string. */
  readonly oks: Map<number, Uint8Array>;
  /** From when on all openings are verified. */
  short: ShortString | undefined;
  /** When time is up for the openings, in milliseconds. */
  deadline: number | undefined;
  /** Whether the failure that follows is to be put on disk. */
  counts: boolean;
}

/** What is known before anything happened. Throws `UsageError` for options that make no sense. */
export function createMemory(options: GroupSasOptions): Memory {
  const { parameters, self, parties, verified, randomBytes, nonce, opened, agreed = false } = options;
  const roster = checkedRoster(parameters, self, parties);
  const own = (nonce ?? randomBytes(32)).slice();
  expectLength("a nonce", own, 32);
  return {
    state: "created",
    self,
    numbers: roster.map(({ number }) => number),
    verified,
    transcript: groupTranscript(parameters, roster.map(encodeParty)),
    nonce: own,
    restarted: nonce !== undefined,
    opened,
    agreed,
    commitments: new Map(),
    nonces: new Map(),
    earlyOks: new Map(),
    oks: new Map(),
    short: undefined,
    deadline: undefined,
    counts: false,
  };
}
