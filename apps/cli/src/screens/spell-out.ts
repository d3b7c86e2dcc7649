import type { ScreenEvent } from "./screen.ts";

// Names, labels, reasons and details may be another's words. A character that a terminal obeys, or that hides or
// reorders what stands beside it, is written as what it is (`\u001b`). In JSON the same form reads back as before.
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;

/** Writes out every control and format character of one line. */
export function spellOut(line: string): string {
  return line.replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, at) => unitForm(character.charCodeAt(at))).join(""),
  );
}

/** As `spellOut`, for sentences of our own that take several lines. */
export function spellOutLines(text: string): string {
  return text.split("\n").map(spellOut).join("\n");
}

/** The event with all its texts written out: what every screen that a person may look at makes its words of. */
export function spellOutEvent(event: ScreenEvent): ScreenEvent {
  return spellOutIn(event);
}

function spellOutIn<T>(value: T, key?: string): T;
function spellOutIn(value: unknown, key?: string): unknown {
  // Only these two are sentences, in which the program breaks lines itself.
  if (typeof value === "string") return key === "text" || key === "message" ? spellOutLines(value) : spellOut(value);
  if (Array.isArray(value)) return value.map((each) => spellOutIn(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, spellOutIn(each, name)]));
}

function unitForm(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
