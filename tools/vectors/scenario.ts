import type { Json } from "./describe.ts";

/** One file of spec/vectors. */
export interface Scenario {
  /** Name of the file, without `.json`. */
  readonly name: string;
  /** How a test reads it. */
  readonly format:
    | "session"
    | "refusal"
    | "group-sas"
    | "frames"
    | "ceremony"
    | "frost"
    | "note"
    | "codec"
    | "code"
    | "at";
  /** A sentence. */
  readonly title: string;
  /** What it shows. */
  readonly spec: readonly string[];
  readonly content: { readonly [key: string]: Json };
}
