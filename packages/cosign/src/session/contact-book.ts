import type { Contact, FullIdentity } from "@countersign/client";

/** Somebody to meet again without a code: own keys for this party alone, and what was pinned of it. Secret. */
export interface KnownParty {
  /** What this user calls the party. */
  readonly name: string;
  /** Where the two have met, and look for each other. */
  readonly relay: string;
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly pin: Contact["pin"];
}

/** Where a daemon keeps its contacts. */
export interface ContactBook {
  /** Whether there is one of this name. Throws `MethodError`. */
  has(name: string): Promise<boolean>;
  /** The one of this name; undefined if there is none. Throws `MethodError` for one that cannot be read. */
  find(name: string): Promise<KnownParty | undefined>;
  /** Resolves when it is durable. Throws `MethodError`. */
  keep(party: KnownParty): Promise<void>;
  /** Throws `MethodError`. */
  forget(name: string): Promise<void>;
}
