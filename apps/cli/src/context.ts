import type { Screen } from "./screens/screen.ts";
import type { ContactsStore } from "./store/contacts-store.ts";
import type { KeyStore } from "./store/key-store.ts";
import type { Places } from "./store/places.ts";
import type { SealedJournals } from "./store/sealed-journals.ts";

/** What a command has around it. */
export interface Context {
  readonly screen: Screen;
  readonly places: Places;
  readonly contacts: ContactsStore;
  /** Shares of keys. */
  readonly keys: KeyStore;
  /** What can be resumed. */
  readonly sessions: SealedJournals;
  /** Aborted with a `CommandError` when the user or the system ends the program. */
  readonly interruption: AbortSignal;
}
