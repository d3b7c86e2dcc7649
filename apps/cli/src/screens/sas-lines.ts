import { listed } from "./amounts.ts";
import type { ScreenEvent } from "./screen.ts";
import type { ShownParty } from "./shown-party.ts";
import { paint } from "./style.ts";

type Sas = Extract<ScreenEvent, { event: "sas" }>;

/** The string to compare, large and alone, with everybody whom it stands for. At most 74 columns. */
export function sasLines({ words, digits, parties, threshold }: Sas): readonly string[] {
  return [
    `${parties.length} parties, threshold ${threshold}:`,
    ...parties.map(sayParty),
    "",
    `   ${words
      .split("-")
      .map((word) => paint(["bold", "cyan"], word))
      .join("  ")}`,
    "",
    `   ${paint(["bold", "cyan"], `${digits.slice(0, 3)} ${digits.slice(3)}`)}`,
  ];
}

/** What to ask: only hearing the others say it makes a yes. The receiver reads first, so that nobody waits for the other. */
export function sasQuestion(parties: readonly ShownParty[], role: "send" | "receive"): string {
  const others = listed(parties.filter((party) => !party.self).map((party) => party.label));
  return [
    role === "send"
      ? `Ask ${others} to read the five words to you, by voice; then read yours.`
      : `Read these five words to ${others}, by voice; then have them read to you.`,
    `Did you hear ${others} say exactly these five words? (yes/no)`,
  ].join("\n");
}

interface HeardOptions {
  readonly role: "host" | "guest";
  /** Whom the question is about. */
  readonly label: string;
  /** Whether it is the first of these questions. */
  readonly first: boolean;
}

/** What to ask about one of several: each has to be heard by name. */
export function heardQuestion(others: readonly ShownParty[], { role, label, first }: HeardOptions): string {
  const all = listed(others.map((party) => party.label));
  const guidance =
    role === "host"
      ? `Ask ${all} to read the five words to everybody, by voice; then read yours.`
      : `Read these five words to ${all}, by voice; then have them read to you.`;
  const question = `Did you hear ${label} say exactly these five words? (yes/no)`;
  return first ? `${guidance}\n${question}` : question;
}

function sayParty({ number, label, self }: ShownParty): string {
  return `   ${number}  ${label}${self ? paint("dim", "  (you)") : ""}`;
}
