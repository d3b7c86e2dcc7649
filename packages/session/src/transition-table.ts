/** What the machine does in one cell of its table: the state after it, and actions by name, in order. */
export interface Transition<State extends string, Action extends string> {
  readonly next: State;
  readonly actions: readonly Action[];
}

/** All transitions of a machine as data: one cell for each pair of state and event, none left out. */
export type TransitionTable<State extends string, Event extends string, Action extends string> = {
  readonly [S in State]: { readonly [E in Event]: Transition<State, Action> };
};
