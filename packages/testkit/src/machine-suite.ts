/** What a test runner has to offer; vitest's own functions fit. */
export interface Runner {
  readonly test: (name: string, run: () => void) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
}

type Table<State extends string, Event extends string> = {
  readonly [S in State]: { readonly [E in Event]: { readonly next: State; readonly actions: readonly string[] } };
};

export interface MachineSuite<Subject, State extends string, Event extends string> {
  readonly table: Table<State, Event>;
  /** Brings a new machine into this state by inputs only. */
  readonly reach: (state: State) => Subject;
  /** Makes this event happen by an input. Returns the machine's outputs. */
  readonly fire: (subject: Subject, event: Event) => readonly { readonly type: string }[];
  readonly stateOf: (subject: Subject) => State;
  /** A picture of the whole state, to be compared. */
  readonly snapshot: (subject: Subject) => unknown;
  /** States that nothing leads out of. */
  readonly terminal: readonly State[];
}

/**
 * Holds a machine against its table, one test for every cell: it goes where the table says, and whatever only drops
 * leaves it exactly as it was.
 */
export function machineSuite<Subject, State extends string, Event extends string>(
  { test, expect }: Runner,
  suite: MachineSuite<Subject, State, Event>,
): void {
  for (const [state, row] of entries(suite.table)) {
    for (const [event, { next, actions }] of entries(row)) {
      test(`${state}, ${event} -> ${next}`, () => {
        const subject = suite.reach(state);
        expect(suite.stateOf(subject)).toEqual(state);
        const before = suite.snapshot(subject);
        const outputs = suite.fire(subject, event);
        expect(suite.stateOf(subject)).toEqual(next);
        const dropped = outputs.some(({ type }) => type === "drop");
        expect(dropped).toEqual(actions.includes("drop"));
        if (actions.length === 1 && dropped) expect(suite.snapshot(subject)).toEqual(before);
      });
    }
  }
  for (const state of suite.terminal) {
    test(`${state} is terminal`, () => {
      expect([...new Set(Object.values<{ next: State }>(suite.table[state]).map(({ next }) => next))]).toEqual([state]);
    });
  }
}

function entries<Key extends string, Value>(record: { readonly [K in Key]: Value }): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
