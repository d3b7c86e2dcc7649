import type { CeremonyView } from "@countersign/session";
import type { CeremonyEvent, ShownProgress } from "../screens/ceremony-events.ts";
import type { Screen } from "../screens/screen.ts";
import { COMPLETE } from "../screens/stand-lines.ts";
import type { OwnNote } from "./own-note.ts";

type Shown = Extract<CeremonyEvent, { event: "ceremony" }>;

export interface ProgressOptions {
  readonly screen: Screen;
  readonly note: OwnNote;
  /** What is made or signed. */
  readonly about: string;
  readonly rounds: number;
  readonly self: { readonly number: number; readonly label: string };
}

/** Shows where a ceremony stands, here and to whoever asks for its status, whenever that has changed. */
export class Progress {
  private readonly options: ProgressOptions;
  private shown = "";

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

  private tell(event: Shown): void {
    const text = JSON.stringify(event);
    if (text === this.shown) return;
    this.shown = text;
    this.options.screen.show(event);
    const { event: _event, about: _about, ...state } = event;
    this.options.note.show({ ...state, parties: [...state.parties] });
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
