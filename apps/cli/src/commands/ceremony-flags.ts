import type { Network, SuiteName } from "@countersign/signing";
import type { KeyFacts } from "../store/group-key.ts";
import type { KeyFlags } from "./key-passphrase.ts";

/** What all ceremonies have in common on the command line. */
export interface CeremonyFlags extends KeyFlags {
  readonly relay?: string;
  readonly relayTokenFile?: string;
  readonly wait?: number;
  readonly grace: number;
  readonly network?: Network | undefined;
}

/** In whose form addresses are shown: as asked for, else as it was when the key was made. */
export function chosenNetwork({ network }: { readonly network?: Network | undefined }, facts?: KeyFacts): Network {
  return network ?? facts?.network ?? "mainnet";
}

/** What making a key has beyond it. */
export interface NewKeyFlags extends CeremonyFlags {
  /** What to call the key here. */
  readonly label?: string;
  /** What the others see of this user. */
  readonly name?: string;
  readonly suite: SuiteName;
}
