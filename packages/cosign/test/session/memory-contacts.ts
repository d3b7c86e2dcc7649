import type { ContactBook, KnownParty } from "../../src/index.ts";

/** Contacts that are forgotten with the test. */
export class MemoryContacts implements ContactBook {
  readonly known = new Map<string, KnownParty>();

  async has(name: string): Promise<boolean> {
    return this.known.has(name);
  }

  async find(name: string): Promise<KnownParty | undefined> {
    return this.known.get(name);
  }

  async keep(party: KnownParty): Promise<void> {
    this.known.set(party.name, party);
  }

  async forget(name: string): Promise<void> {
    this.known.delete(name);
  }
}
