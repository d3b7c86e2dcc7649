import type { CeremonyView } from "@countersign/session";
import type { CeremonyEvent, ShownProgress } from "../screens/ceremony-events.ts";
import { COMPLETE } from "../screens/ceremony-sentences.ts";
import type { Screen } from "../screens/screen.ts";
import type { RunningNotes } from "../store/running-notes.ts";

type Shown = Extract<CeremonyEvent, { event: "ceremony" }>;

export interface ProgressOptions {
  readonly screen: Screen;
  readonly notes: RunningNotes;
  /** What is made or signed. */
  readonly about: string;
  readonly rounds: number;
  readonly self: { readonly number: number; readonly label: string };
}

/** Shows where a ceremony stands, here and to whoever asks for its status, whenever that has changed. */
export class Progress {
  private readonly options: ProgressOptions;
  private readonly since = new Date().toISOString();
  private shown = "";
  private noting = Promise.resolve();

  constructor(options: ProgressOptions) {
    this.options = options;
  }

  show(view: CeremonyView): void {
    // Nobody has said anything yet.
    if (view.round > 0) this.tell(this.event(view));
  }

  /** All parties have the result. */
  complete(view: CeremonyView): void {
    const { parties, ...event } = this.event(view);
    this.tell({ ...event, name: COMPLETE, parties: parties.map((party) => ({ ...party, waited: false })) });
  }

  /** There is nothing to show any more. */
  async end(): Promise<void> {
    await this.noting;
    await this.options.notes.remove(process.pid);
  }

  private tell(event: Shown): void {
    const text = JSON.stringify(event);
    if (text === this.shown) return;
    this.shown = text;
    this.options.screen.show(event);
    const { event: _event, ...state } = event;
    const note = { pid: process.pid, since: this.since, ...state, parties: [...state.parties] };
    // What cannot be noted is not shown elsewhere; the ceremony does not depend on it.
    this.noting = this.noting.then(() => this.options.notes.write(note)).catch(() => undefined);
  }

  private event({ round, name, parties }: CeremonyView): Shown {
    const { about, rounds, self } = this.options;
    const others = parties.map(
      (party): ShownProgress => ({
        number: party.number,
        label: party.label,
        self: false,
        online: party.online,
        verified: true,
        round: Math.min(party.round, rounds),
        waited: party.waitedFor,
      }),
    );
    const waited = parties.some(({ waitsFor }) => waitsFor.includes(self.number));
    const own: ShownProgress = {
      ...self,
      self: true,
      online: true,
      verified: true,
      round: Math.min(round, rounds),
      waited,
    };
    const all = [own, ...others].sort((a, b) => a.number - b.number);
    return { event: "ceremony", about, round: Math.min(round, rounds), rounds, name, parties: all };
  }
}
