import type { CipherFunctions } from "./backend.ts";
import { wipe } from "./bytes.ts";
import { CipherState } from "./cipher-state.ts";

/** The raw outputs of Split(), all secret. */
export interface SplitKeys {
  /** The key from initiator to responder, 32 bytes. */
  readonly k1: Uint8Array;
  /** The key from responder to initiator, 32 bytes; empty after a one-way pattern, which has none (section 7.4). */
  readonly k2: Uint8Array;
  /** HASHLEN bytes for the application, independent of both keys; the deviation at `SymmetricState.split`. */
  readonly exporter: Uint8Array;
}

/** The outputs of Split() as CipherStates. */
export interface Split {
  readonly initiatorToResponder: CipherState;
  /** After a one-way pattern it is a destroyed one, because it must not be used (section 7.4). */
  readonly responderToInitiator: CipherState;
  /** As `SplitKeys.exporter`. */
  readonly exporter: Uint8Array;
}

/** Section 5.2: the last steps of Split(); wipes the raw keys. */
export function toCipherStates({ k1, k2, exporter }: SplitKeys, cipher: CipherFunctions): Split {
  const initiatorToResponder = new CipherState(cipher, k1);
  const responderToInitiator = new CipherState(cipher);
  if (k2.length > 0) responderToInitiator.initializeKey(k2);
  else responderToInitiator.destroy();
  wipe(k1, k2);
  return { initiatorToResponder, responderToInitiator, exporter };
}
