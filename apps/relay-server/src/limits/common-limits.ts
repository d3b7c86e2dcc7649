/** What all relays of a deployment count together, by networks as `networkOf` writes them. */
export interface CommonLimits {
  /** What a network uses up, wherever it is connected. */
  countFor(network: string): CommonCount;
  readonly lookups: Lookups;
}

/** How fast a network uses something up, at all relays together. */
export interface CommonCount {
  /**
   * Counts so much that was used up here. Resolves with the milliseconds until all relays together are within the rate
   * again, 0 if they are. Rejects if nobody can say.
   */
  spend(what: string, amount: number, perSecond: number): Promise<number>;
}

/** Look-ups that are not to be many if they fail. */
export interface Lookups {
  /**
   * Looks something up, and counts it if it is not found. Resolves with what `look` answers, undefined if so many of the
   * network have failed within the last minute that nothing is looked up.
   */
  attempt<Answer>(network: string, look: () => Promise<Found<Answer>>): Promise<Answer | undefined>;
}

/** What a look-up has come to. */
export interface Found<Answer> {
  readonly isFound: boolean;
  readonly answer: Answer;
}
