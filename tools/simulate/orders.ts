import type { Counts } from "./counts.ts";
import type { KindFlags } from "./kinds.ts";

/** What a worker is told: to play every `step`-th seed of a kind, from the first on. */
export interface Order {
  /** Behind `pnpm simulate --seed N`. */
  readonly flags: KindFlags;
  readonly first: number;
  readonly below: number;
  readonly step: number;
  /** Whether to end with the first run in which something happened that must not. */
  readonly endsEarly: boolean;
}

/** What a worker tells: of every run in which something happened that must not, and at last of all of them. */
export type News =
  | { readonly type: "begin"; readonly seed: number }
  | { readonly type: "fault"; readonly seed: number; readonly faults: readonly string[] }
  | { readonly type: "done"; readonly counts: Counts; readonly ms: number };
