/**
 * The people in front of the programs. They read their strings to each other, and say yes only when everybody has one and
 * all are the same. Programs wait for people as long as it takes (spec 0003, section 8); people do not.
 */
export class Table {
  /** What must not have been seen. */
  readonly faults: string[] = [];
  /** The strings, by party. */
  readonly shown = new Map<number, string>();
  /** Who has said that nothing comes of it. */
  readonly gaveUp = new Set<number>();
  private readonly people: readonly number[];

  /** `people` are those who behave; whoever does not says what the others like to hear. */
  constructor(people: readonly number[]) {
    this.people = people;
  }

  show(number: number, words: string): void {
    const before = this.shown.get(number) ?? words;
    if (before !== words) this.faults.push(`party ${number} was shown two strings`);
    this.shown.set(number, words);
  }

  get isSame(): boolean {
    return new Set(this.people.map((number) => this.shown.get(number))).size === 1;
  }

  /** What everybody hears: undefined as long as somebody has no string. */
  verdict(): boolean | undefined {
    return this.people.every((number) => this.shown.has(number)) ? this.isSame : undefined;
  }
}
