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

/** Whether a figure is where it should be. What is not a number never is. */
export function isHeld({ value, target }: Figure): boolean {
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = target ?? {};
  return value <= atMost && value >= atLeast;
}
