import type { SessionEvent } from "@countersign/client";
import { GATHERING, WORDS } from "../screens/stand-lines.ts";
import type { Stand } from "./own-note.ts";

export interface GatheringStandOptions {
  readonly self: { readonly number: number; readonly label: string };
  /** Labels by number of all who may come, where they are known before. */
  readonly known: ReadonlyMap<number, string>;
  /** How many are to come, this party included. */
  readonly expected: number;
  readonly show: (stand: Stand) => void;
}

/** Where a ceremony stands before its first round: who is here, and who has confirmed the words. */
export class GatheringStand {
  private readonly options: GatheringStandOptions;
  private readonly labels: Map<number, string>;
  private readonly seated: Set<number>;
  private readonly offline = new Set<number>();
  private readonly unconfirmed = new Set<number>();
  private stage = GATHERING;
  private verified = false;

  constructor(options: GatheringStandOptions) {
    const { known, self } = options;
    this.options = options;
    this.labels = new Map([...known, [self.number, self.label]]);
    this.seated = new Set([self.number]);
    this.tell();
  }

  /** The same events, for whoever gathers by them, after they were seen here. */
  watched(events: AsyncIterator<SessionEvent>): AsyncIterator<SessionEvent> {
    return {
      next: async () => {
        const result = await events.next();
        if (!result.done) this.see(result.value);
        return result;
      },
    };
  }

  private see(event: SessionEvent): void {
    switch (event.type) {
      case "member-joined":
        this.seated.add(event.number);
        break;
      case "member-online":
        this.offline.delete(event.number);
        break;
      case "member-offline":
        this.offline.add(event.number);
        break;
      case "up":
        this.sit(event);
        break;
      case "sas":
        for (const party of event.parties) this.sit(party);
        this.verified = event.verified;
        if (!event.verified) this.compare();
        break;
      case "peer-confirmed":
        this.unconfirmed.delete(event.number);
        break;
      case "ready":
        for (const pin of event.pins) this.sit(pin);
        this.unconfirmed.clear();
        this.verified = true;
    }
    this.tell();
  }

  private sit({ number, label }: { readonly number: number; readonly label: string }): void {
    this.seated.add(number);
    this.labels.set(number, label);
  }

  private compare(): void {
    this.stage = WORDS;
    for (const number of this.seated) if (number !== this.options.self.number) this.unconfirmed.add(number);
  }

  private tell(): void {
    const { expected, self, show } = this.options;
    const { labels, offline, unconfirmed, verified } = this;
    const parties = [...this.seated]
      .sort((a, b) => a - b)
      .map((number) => ({
        number,
        label: labels.get(number) ?? `party ${number}`,
        self: number === self.number,
        online: number === self.number || !offline.has(number),
        verified,
        round: 0,
        waited: unconfirmed.has(number),
      }));
    show({ round: 0, rounds: 0, name: this.stage, expected, parties });
  }
}
