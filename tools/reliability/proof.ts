/** How much of a proof is run: quick with every change, full before a release. */
export type Scale = "quick" | "full";

/** One number that a proof has come to. Without a target it is told and held against nothing. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** "" for a plain count. */
  readonly unit: string;
  readonly target?: { readonly atMost?: number; readonly atLeast?: number };
}

/** What a run is given from outside, so that one that failed can be run again. */
export interface Conditions {
  /** Whatever a proof draws, it draws from this. */
  readonly seed: number;
  /** Tells a person who waits how far it is; no part of the outcome. */
  progress(text: string): void;
  /** Tells what a figure is made of: below the table, in its order. */
  note(text: string): void;
}

/** A promise of the relay, and how it is held to it. */
export interface Proof {
  readonly id: string;
  readonly title: string;
  /** Runs; each figure is printed and held against its target. Rejects where it could not be carried out at all. */
  run(scale: Scale, conditions: Conditions): Promise<readonly Figure[]>;
}

/** Units of figures that say as much of the machine as of the relay. */
const TIMED: ReadonlySet<string> = new Set(["s", "ms", "1/s"]);
/** How much slower than its target a quick run may be: whoever shares the machine does not fail a change, a collapse does. */
const SLACK = 10;

/** What a figure comes to. At the quick scale a time or a rate that misses its target by little is told and no more. */
export function verdictOf(figure: Figure, scale: Scale): "held" | "slow" | "missed" {
  if (isWithin(figure, 1)) return "held";
  return scale === "quick" && TIMED.has(figure.unit) && isWithin(figure, SLACK) ? "slow" : "missed";
}

/** Whether a figure is where it should be. What is not a number never is. */
function isWithin({ value, target }: Figure, slack: number): boolean {
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = target ?? {};
  return value <= atMost * slack && value >= atLeast / slack;
}
