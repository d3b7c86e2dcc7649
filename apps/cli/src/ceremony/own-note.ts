import { setImmediate } from "node:timers/promises";
import type { RunningNote, RunningNotes } from "../store/running-notes.ts";

/** Where a ceremony stands: what of its note changes. */
export type Stand = Omit<RunningNote, "pid" | "since" | "about">;

/** What this process notes of a ceremony while it lasts, for whoever asks for its status. */
export class OwnNote {
  private readonly notes: RunningNotes;
  private readonly head: Pick<RunningNote, "pid" | "since" | "about">;
  private stand: Stand | undefined;
  private questions = 0;
  private isDue = false;
  private noting = Promise.resolve();
  private ended = false;

  constructor(notes: RunningNotes, about: string) {
    this.notes = notes;
    this.head = { pid: process.pid, since: new Date().toISOString(), about };
  }

  show(stand: Stand): void {
    this.stand = stand;
    this.write();
  }

  /** While this user is asked something, the others wait for this party. */
  async asking<T>(answer: Promise<T>): Promise<T> {
    this.questions++;
    this.write();
    try {
      return await answer;
    } finally {
      this.questions--;
      this.write();
    }
  }

  /** There is nothing to show any more. */
  async end(): Promise<void> {
    this.ended = true;
    await this.noting;
    await this.notes.remove(this.head.pid);
  }

  private write(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.noting = this.noting.then(() => this.store());
  }

  private async store(): Promise<void> {
    // What happens at once is written at once: the words are there with the question about them.
    await setImmediate();
    this.isDue = false;
    if (this.stand === undefined || this.ended) return;
    const isAsked = this.questions > 0;
    const parties = this.stand.parties.map((party) => ({ ...party, waited: party.waited || (party.self && isAsked) }));
    // What cannot be noted is not shown elsewhere; the ceremony does not depend on it.
    await this.notes.write({ ...this.head, ...this.stand, parties }).catch(() => undefined);
  }
}
