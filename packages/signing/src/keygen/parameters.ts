import { concat, lp, UsageError, u16, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Suite, suites } from "../suite.ts";
import type { KeygenOptions } from "./keygen-options.ts";

/** The options, checked, and what follows from them. */
export interface Parameters {
  readonly suite: Suite;
  readonly numbers: readonly number[];
  readonly others: readonly number[];
  readonly self: number;
  readonly threshold: number;
  readonly transcript: Uint8Array;
  /** Stands at the head of every saved state, 32 bytes: a state of something else is not gone on with. */
  readonly context: Uint8Array;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** Throws `UsageError` for what no key can be made with. */
export function checkParameters(options: KeygenOptions): Parameters {
  const { suite, numbers, self, threshold, transcript, randomBytes } = options;
  const ascending = numbers.every((number, at) => Number.isInteger(number) && number > (numbers[at - 1] ?? 0));
  if (!ascending || (numbers.at(-1) ?? 0) > 255) throw usage("numbers must be of 1..255, ascending and distinct");
  if (!numbers.includes(self)) throw usage("this party's own number must be among the numbers");
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > numbers.length) {
    throw usage(`the threshold must be of 2..${numbers.length}`);
  }
  if (transcript.length !== 32) throw usage("a transcript has 32 bytes");
  const chosen = suites[suite];
  if (chosen === undefined) throw usage(`no suite has the name ${suite}`);
  const roster = concat(...numbers.map(u16));
  const context = sha256(
    concat(utf8("countersign/1 frost-keygen state"), lp(utf8(suite)), transcript, u16(self), u16(threshold), roster),
  );
  const others = numbers.filter((number) => number !== self);
  const own = { self, threshold, transcript: transcript.slice(), context, randomBytes };
  return { suite: chosen, numbers: [...numbers], others, ...own };
}

function usage(message: string): UsageError {
  return new UsageError("usage.keygen", message);
}
