// What moves a cursor, hides, or reorders its neighbours: controls, format characters (all marks of direction), line and
// paragraph separators, what is assigned to nobody or privately, and blanks that are not the space.
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]/gu;

/** One line with every character that cannot be seen written as what it is (`\u202e`). */
export function spellOut(line: string): string {
  return line.replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, at) => unitForm(character.charCodeAt(at))).join(""),
  );
}

/** Whether there is anything to spell out. */
export function holdsUnseen(line: string): boolean {
  return line !== spellOut(line);
}

function unitForm(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
