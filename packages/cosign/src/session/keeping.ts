import type { Contact } from "@countersign/client";
import { checkLabel, equalBytes } from "@countersign/wire";
import type { ContactBook, KnownParty } from "./contact-book.ts";
import { faults } from "./faults.ts";
import type { OneAtATime } from "./one-at-a-time.ts";

/** Parties that are to be kept: the name of each by what it calls itself. */
export type Wanted = Readonly<Record<string, string>>;

export interface KeepingOptions {
  /** Undefined: this daemon keeps no contacts. */
  readonly book: ContactBook | undefined;
  /** The relay at which they are met again; empty for nowhere. */
  readonly relay: string;
  /** Who this party is in the session. Secret. */
  readonly self: KnownParty["self"];
  /** What a process before this one was told. */
  readonly wanted: Wanted | undefined;
  /** Of all sessions with this book: of two that come to one name at once, the second sees that it is taken. */
  readonly turns: OneAtATime;
  /** Resolves when it is durable what is wanted. */
  note(): Promise<void>;
}

/** Keeps parties of one session as contacts, once all have confirmed the SAS: before, nobody knows who they are. */
export class Keeping {
  private readonly options: KeepingOptions;
  private readonly names: Map<string, string>;
  private readonly kept = new Set<string>();
  private pins: readonly Contact["pin"][] = [];

  constructor(options: KeepingOptions) {
    this.options = options;
    this.names = new Map(Object.entries(options.wanted ?? {}));
  }

  get wanted(): Wanted | undefined {
    return this.names.size === 0 ? undefined : Object.fromEntries(this.names);
  }

  /** Throws `MethodError` if the party that calls itself so cannot be kept under a name. */
  async check(label: string, name: string): Promise<void> {
    const { book, relay } = this.options;
    if (book === undefined || relay === "") throw faults.noContacts();
    if (!checkLabel(name).ok) throw faults.contactName();
    if (this.names.get(label) === name) return;
    const isTaken = [...this.names.values()].includes(name) || (await book.has(name));
    if (isTaken) throw faults.contactExists();
  }

  /** The party is to be kept under this name. Resolves when that is durable, and the party kept if it can be now. */
  async want(label: string, name: string): Promise<void> {
    this.names.set(label, name);
    await this.options.note();
    // Whether this one could be kept, `isKept` tells.
    await this.keepAll().catch(() => undefined);
  }

  /** All parties have proven who they are, and all have confirmed it. */
  ready(pins: readonly Contact["pin"][]): void {
    this.pins = pins;
    // Whoever wants to know is told by `isKept`.
    this.keepAll().catch(() => undefined);
  }

  /** Whether the party is kept for good. Throws `MethodError` if that cannot be. */
  async isKept(label: string): Promise<boolean> {
    const others = this.keepAll();
    await others.catch((error: unknown) => {
      if (!this.kept.has(label)) throw error;
    });
    return this.kept.has(label);
  }

  /** The SAS differs: whoever was kept is not who it was taken for. Resolves also where that cannot be. */
  async forget(): Promise<void> {
    this.pins = [];
    const { book, turns } = this.options;
    const written = turns.run(async () => {
      for (const label of this.kept) await book?.forget(this.names.get(label) ?? "");
      this.kept.clear();
      this.names.clear();
    });
    await written.catch(() => undefined);
  }

  private keepAll(): Promise<void> {
    return this.options.turns.run(() => this.keepMissing());
  }

  /** Keeps all that can be kept; throws for the first one that cannot. */
  private async keepMissing(): Promise<void> {
    const refused: unknown[] = [];
    for (const pin of this.pins) {
      const name = this.names.get(pin.label);
      if (name === undefined || this.kept.has(pin.label)) continue;
      await this.keep(name, pin).catch((error: unknown) => refused.push(error));
    }
    if (refused.length > 0) throw refused[0];
  }

  private async keep(name: string, pin: Contact["pin"]): Promise<void> {
    const { book, relay, self } = this.options;
    if (book === undefined) return;
    const there = await book.find(name);
    if (there === undefined) await book.keep({ name, relay, self, pin });
    // A process before this one may have come so far; somebody else of that name is not who was confirmed here.
    else if (!equalBytes(there.pin.linkPsk, pin.linkPsk)) throw faults.contactExists();
    this.kept.add(pin.label);
  }
}
