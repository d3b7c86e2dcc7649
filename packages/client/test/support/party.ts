import type { Session, SessionEvent } from "@countersign/client";

type Of<Type extends SessionEvent["type"]> = Extract<SessionEvent, { readonly type: Type }>;

/** A session whose events a test waits for by type. */
export class Party {
  readonly session: Session;
  /** All events so far. */
  readonly events: SessionEvent[] = [];
  /** All events, when there will be no more. */
  readonly over: Promise<readonly SessionEvent[]>;
  private arrived: (() => void)[] = [];
  private isOver = false;

  constructor(session: Session) {
    this.session = session;
    this.over = this.listen();
  }

  /** The events of a type so far. */
  all<Type extends SessionEvent["type"]>(type: Type): Of<Type>[] {
    return this.events.filter((event): event is Of<Type> => event.type === type);
  }

  /** The first event of a type, whether it has happened or will; rejects if the session ends without one. */
  async first<Type extends SessionEvent["type"]>(type: Type): Promise<Of<Type>> {
    for (;;) {
      const [event] = this.all(type);
      if (event !== undefined) return event;
      if (this.isOver) throw new Error(`no ${type}, but ${JSON.stringify(this.events.at(-1))}`);
      await new Promise<void>((resolve) => this.arrived.push(resolve));
    }
  }

  private async listen(): Promise<readonly SessionEvent[]> {
    for await (const event of this.session.events()) {
      this.events.push(event);
      this.notify();
    }
    this.isOver = true;
    this.notify();
    return this.events;
  }

  private notify(): void {
    for (const resolve of this.arrived.splice(0)) resolve();
  }
}

/** Compares the SAS of all, confirms it on all sides, and waits until messages may flow. */
export async function confirmAll(...parties: readonly Party[]): Promise<{ words: string; digits: string }> {
  const seen = await Promise.all(parties.map((party) => party.first("sas")));
  const [first] = seen;
  if (first === undefined) throw new Error("no parties");
  if (seen.some(({ words, digits }) => words !== first.words || digits !== first.digits)) {
    throw new Error("the SAS differ");
  }
  for (const { session } of parties) session.confirm(true);
  await Promise.all(parties.map((party) => party.first("ready")));
  return first;
}
