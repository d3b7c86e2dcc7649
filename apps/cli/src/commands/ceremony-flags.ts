import type { Network, SuiteName } from "@countersign/signing";
import type { KeyFlags } from "./key-passphrase.ts";

/** What all ceremonies have in common on the command line. */
export interface CeremonyFlags extends KeyFlags {
  readonly relay?: string;
  readonly relayTokenFile?: string;
  readonly wait?: number;
  readonly grace: number;
  readonly network: Network;
}

/** What making a key has beyond it. */
export interface NewKeyFlags extends CeremonyFlags {
  /** What to call the key here. */
  readonly label?: string;
  /** What the others see of this user. */
  readonly name?: string;
  readonly suite: SuiteName;
}
