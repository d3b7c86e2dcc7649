import { join } from "node:path";
import { type ContactBook, errorCodes, MethodError } from "@countersign/cosign";
import { CommandError } from "../command-error.ts";
import { ContactsStore } from "../store/contacts-store.ts";
import type { DaemonPassphrase } from "./passphrase.ts";

export interface ContactFilesOptions {
  readonly datadir: string;
  /** Seals the contacts. */
  readonly passphrase: DaemonPassphrase;
}

/**
 * Keeps the contacts of a daemon in its datadir, in the files of the program's other commands: with the datadir as
 * COUNTERSIGN_HOME, `countersign contacts` lists and forgets them.
 */
export function createContactFiles({ datadir, passphrase }: ContactFilesOptions): ContactBook {
  const store = new ContactsStore(join(datadir, "contacts"), passphrase);
  const now = () => new Date().toISOString();
  return {
    has: (name) => answered(store.has(name)),
    find: (name) =>
      answered(
        (async () => {
          if (!(await store.has(name))) return undefined;
          const contact = await store.read(name);
          await store.write({ ...contact, lastUsed: now() });
          const { peer: pin, relay, self } = contact;
          return { name, relay, self, pin };
        })(),
      ),
    keep: ({ name, relay, self, pin }) => {
      const contact = { label: name, relay, self, peer: pin, created: now(), lastUsed: now() };
      return answered(store.write(contact, { seal: passphrase.isThere }));
    },
    forget: (name) => answered(store.forget(name)),
  };
}

/** What a command would tell its user is for the caller of the method. */
async function answered<T>(doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new MethodError(errorCodes.misc, `COSIGN_CONTACTS: ${error.message}`);
  }
}
