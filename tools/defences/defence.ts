/** One defence of the protocol (spec 0003, 0004, 0005, 0011), how to take it away, and the tests that must notice. */
export interface Defence {
  /** The attack that it is against, in the words of the threat model. */
  readonly against: string;
  /** Below `packages/`. */
  readonly file: string;
  /** Exactly one place in the file. */
  readonly find: string;
  /** What stands there when the defence is gone. */
  readonly replace: string;
  /** Test files below `packages/`, at least one test of which must fail. */
  readonly tests: readonly string[];
}
