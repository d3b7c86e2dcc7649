import type { SuiteName } from "@countersign/signing";
import type { FROST } from "@noble/curves/abstract/frost.js";
import { ed25519_FROST } from "@noble/curves/ed25519.js";
import { schnorr_FROST } from "@noble/curves/secp256k1.js";
import { compare, type Effort, type Subject } from "../measure.ts";
import { gridOf } from "../report.ts";
import { ourKeygen, ourSigning } from "./ours.ts";
import { theirKeygen, theirSigning } from "./theirs.ts";

/** The steps of one signer. */
export interface SigningSteps {
  readonly share: () => void;
  readonly aggregate: () => void;
}

const sizes = [
  { threshold: 2, parties: 3 },
  { threshold: 5, parties: 9 },
  { threshold: 67, parties: 100 },
] as const;

const suites: readonly { readonly suite: SuiteName; readonly frost: FROST; readonly title: string }[] = [
  { suite: "secp256k1-taproot", frost: schnorr_FROST, title: "secp256k1, BIP-340" },
  { suite: "ed25519", frost: ed25519_FROST, title: "Ed25519" },
];

/** FROST by @countersign/signing beside the library's own, which it is built on: the same work for one party. */
export async function signing(effort: Effort): Promise<readonly string[]> {
  const tables: string[] = [];
  for (const { suite, frost, title } of suites) {
    const rows: string[][] = [];
    for (const size of effort.rounds < 5 ? sizes.slice(0, 2) : sizes) {
      const rounds = size.parties > LARGE ? 3 : effort.rounds;
      // The library's key generation of a hundred takes a minute for each party there.
      if (suite !== "ed25519" || size.parties <= LARGE) {
        const keygens = [await ourKeygen(suite, size), theirKeygen(frost, size)] as const;
        rows.push(rowOf(size, "key generation", keygens, { ...effort, rounds }));
      }
      const theirs = theirSigning(frost, size);
      const ours = await ourSigning(suite, theirs);
      rows.push(rowOf(size, "signature share", [ours.share, theirs.share], effort));
      rows.push(rowOf(size, "aggregate", [ours.aggregate, theirs.aggregate], effort));
    }
    tables.push(gridOf([[title, "step", "ours, ms", "@noble/curves, ms", "× ours"], ...rows]));
  }
  return [HOW, ...tables];
}

const LARGE = 50;

const HOW =
  "One party's work, medians of interleaved rounds. Ours are whole steps of the round protocols: they read and write the saved state, check the form of what came, sign and verify shares (so that a wrong one is evidence) and name culprits, none of which the library does. Key generation is what follows the messages of the first two rounds (the library's rounds 2 and 3). Keys for signing come from the library's dealer, for BIP-340 one with an even and one with an odd y, which costs the library more; they are used in turns.";

function rowOf(
  { threshold, parties }: (typeof sizes)[number],
  step: string,
  [ours, theirs]: readonly [() => void, () => void],
  effort: Effort,
): string[] {
  const subjects: Subject[] = [
    { name: "ours", run: ours },
    { name: "@noble/curves", run: theirs },
  ];
  const [mine, their] = compare({ title: step, subjects }, effort);
  const ms = (microseconds = Number.NaN) => (microseconds / 1_000).toFixed(1);
  const ratio = (their?.ratio ?? Number.NaN).toFixed(2);
  return [`${threshold} of ${parties}`, step, ms(mine?.microseconds), ms(their?.microseconds), ratio];
}
