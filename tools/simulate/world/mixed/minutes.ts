/** Whether a line is in the log: the relay has said so, it has refused it, or it has not answered. */
type Fate = "asked" | "kept" | "refused";

interface Line {
  /** The name of the only one whom it is for; undefined if it is for all others. */
  readonly to: string | undefined;
  fate: Fate;
}

/** Somebody who was there. */
export interface Attendee {
  readonly name: string;
  /** Says again what has no answer, so that none of it is ever missing between others. */
  readonly isPatient: boolean;
  /** With what it ended; `complete` if it heard everybody out. */
  end: string | undefined;
  /** Whether the relay could tell it everything to the end. */
  wasThere: boolean;
}

/** What was said and heard in a session in the clear, where everybody sees it. */
export class Minutes {
  private readonly said = new Map<string, Line[]>();
  private readonly heard = new Map<string, string[]>();

  /** Somebody begins to say something; the id of it, by which it is heard. */
  says(name: string, to?: string): string {
    const lines = this.linesOf(name);
    lines.push({ to, fate: "asked" });
    return `${name}.${lines.length - 1}`;
  }

  /** The relay has answered. */
  decided(id: string, fate: Fate): void {
    const line = this.find(id);
    if (line !== undefined) line.fate = fate;
  }

  hears(name: string, id: string): void {
    this.heardBy(name).push(id);
  }

  /** Whether somebody has heard the last of all lines that somebody has to say. */
  heardOut(name: string, speaker: string, lines: number): boolean {
    return this.heardBy(name).includes(`${speaker}.${lines - 1}`);
  }

  /** What must not be in them. */
  faults(attendees: readonly Attendee[]): readonly string[] {
    return attendees.flatMap((hearer) => [
      ...attendees.flatMap((speaker) => this.between(hearer, speaker)),
      ...attendees.flatMap((other) => (other.name < hearer.name ? this.disorder(hearer.name, other.name) : [])),
      ...this.heardBy(hearer.name).flatMap((id) =>
        this.isFor(id, hearer.name) ? [] : [`${hearer.name} heard ${id}, which was not said to it`],
      ),
    ]);
  }

  /** Each once, in the order in which they were said, and none of those missing that are sure to be there. */
  private between(hearer: Attendee, speaker: Attendee): readonly string[] {
    const places = this.heardBy(hearer.name).flatMap((id) => (id.startsWith(`${speaker.name}.`) ? [placeOf(id)] : []));
    const who = `${hearer.name} of ${speaker.name}`;
    if (places.some((place, i) => i > 0 && place <= (places[i - 1] ?? -1)))
      return [`${who} heard twice or out of order: ${places.join()}`];
    const last = places.at(-1) ?? -1;
    const missed = [...this.linesOf(speaker.name).entries()].filter(([place, { to, fate }]) => {
      if (hearer === speaker || (to !== undefined && to !== hearer.name) || places.includes(place)) return false;
      if (fate === "refused") return false;
      return place < last ? fate === "kept" || speaker.isPatient : fate === "kept" && hearer.wasThere;
    });
    return missed.length === 0 ? [] : [`${who} never heard ${missed.map(([place]) => place).join()}`];
  }

  /** One order for all: of what two have heard both, none has heard it otherwise. */
  private disorder(one: string, other: string): readonly string[] {
    const places = new Map(this.heardBy(other).map((id, place) => [id, place]));
    const common = this.heardBy(one).flatMap((id) => places.get(id) ?? []);
    return common.every((place, i) => i === 0 || place > (common[i - 1] ?? -1))
      ? []
      : [`${one} and ${other} heard the same in different orders`];
  }

  private isFor(id: string, name: string): boolean {
    const line = this.find(id);
    return line !== undefined && line.fate !== "refused" && !id.startsWith(`${name}.`) && (line.to ?? name) === name;
  }

  private find(id: string): Line | undefined {
    return this.said.get(id.split(".")[0] ?? "")?.[placeOf(id)];
  }

  private linesOf(name: string): Line[] {
    const lines = this.said.get(name) ?? [];
    this.said.set(name, lines);
    return lines;
  }

  private heardBy(name: string): string[] {
    const ids = this.heard.get(name) ?? [];
    this.heard.set(name, ids);
    return ids;
  }
}

function placeOf(id: string): number {
  return Number(id.split(".")[1]);
}
