import type { SessionKind } from "@countersign/handshake";
import { Table } from "../whole/table.ts";

/** What is asked of a session. */
export interface Terms {
  readonly kind: SessionKind;
  readonly parties: number;
  readonly threshold: number;
}

/** The people who meet: what they tell each other on the telephone. */
export class Meeting extends Table {
  /** The spoken code, once the first one has it. */
  code: string | undefined;
  readonly terms: Terms;
  /** Ms after which somebody has enough of it. */
  readonly patienceMs = 300_000;
  private readonly liar: number | undefined;

  constructor(terms: Terms, liar: number | undefined) {
    super(Array.from({ length: terms.parties }, (_, i) => i + 1).filter((index) => index !== liar));
    this.terms = terms;
    this.liar = liar;
  }

  /** What somebody answers who is asked whether the strings are the same. */
  override verdict(index?: number): boolean | undefined {
    return index === this.liar && index !== undefined ? true : super.verdict();
  }
}
