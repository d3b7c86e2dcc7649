/** What a user says of the SAS: the words or the digits that another party has read out, or the same or not. */
export type SasAnswer = string | number | boolean;

/** The string that all parties have to have alike, and with whom it was compared here. */
export class SasCheck {
  readonly words: string;
  readonly digits: string;
  private readonly unheard: Set<string>;

  constructor(sas: { readonly words: string; readonly digits: string }, labels: readonly string[]) {
    this.words = sas.words;
    this.digits = sas.digits;
    this.unheard = new Set(labels);
  }

  /** Whether the answer is yes, the words or the digits; undefined if it is an outright no. */
  agrees(answer: SasAnswer): boolean | undefined {
    if (answer === false || answer === "false") return undefined;
    if (answer === true || answer === "true") return true;
    const text = typeof answer === "number" ? String(answer).padStart(6, "0") : normalize(String(answer));
    return text === this.words || text.replaceAll("-", "") === this.digits;
  }

  /** Takes note that this party, or by default all, were heard to have the same; whether that was the last one. */
  heard(label?: string): boolean {
    if (label === undefined) this.unheard.clear();
    else this.unheard.delete(label);
    return this.unheard.size === 0;
  }

  /** Those that the string was not compared with yet. */
  get left(): readonly string[] {
    return [...this.unheard];
  }
}

function normalize(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\s\p{Pd}_]+/gu, "-")
    .replace(/^-+|-+$/g, "");
}
