import { expect } from "vitest";
import { RovingMember } from "./roving-member.ts";

interface MeetingOptions {
  readonly parties: number;
  /** Of the nodes that there are now. */
  readonly urls: () => readonly string[];
}

/** Members of one session, spread over the nodes, who all talk. */
export async function meet({ parties, urls }: MeetingOptions): Promise<Meeting> {
  const members: RovingMember[] = [];
  for (let number = 1; number <= parties; number++) {
    members.push(await RovingMember.open(number, number - 1, { urls, parties }));
  }
  return new Meeting(members);
}

/** What all have said and heard in the end. */
export class Meeting {
  readonly members: readonly RovingMember[];
  readonly #talking: Promise<unknown>;

  constructor(members: readonly RovingMember[]) {
    this.members = members;
    this.#talking = Promise.all(members.map((member) => member.talk()));
  }

  /** Things that were said and answered. */
  get answered(): number {
    return this.members.reduce((sum, { answered }) => sum + answered.size, 0);
  }

  /** Resolves when so many things more were said and answered; rejects when somebody cannot go on. */
  async goesOn(more: number): Promise<void> {
    const enough = this.answered + more;
    while (this.answered < enough) await Promise.race([this.#talking, ...this.members.map((member) => member.next())]);
  }

  /** Ends, and sees to it that what was answered was heard: by all others, once, in one order, at the same places. */
  async end(): Promise<void> {
    for (const member of this.members) member.stop();
    await this.#talking;
    const { answered, members } = this;
    await Promise.all(members.map((member) => member.has(answered - member.answered.size)));
    const places = new Map<number, string>();
    for (const { number, answered: own } of members) {
      for (const [cseq, seq] of own) {
        expect(places.has(seq)).toBe(false);
        places.set(seq, `${number}/${cseq}`);
      }
    }
    expect(places.size).toBe(answered);
    for (const member of members) {
      const heard = member.got.map(({ seq, said }) => [seq, said]);
      const others = [...places].filter(([, said]) => !said.startsWith(`${member.number}/`)).sort(([a], [b]) => a - b);
      expect(heard).toEqual(others);
    }
    await Promise.all(members.map((member) => member.close()));
  }
}
