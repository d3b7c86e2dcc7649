import { dialectLimits } from "@countersign/rpc";

const MIN_DIGITS = 3;

/**
 * Draws a number that is free: as short as can be spoken, from three digits, while at most every tenth number of that
 * length is taken, so that a guess rarely hits. From the drawn one upwards the first free one is taken. Undefined if
 * every tenth number of six digits is taken.
 */
export function drawNameplate(taken: ReadonlyMap<string, unknown>, draw: number): string | undefined {
  for (let digits = MIN_DIGITS; digits <= dialectLimits.nameplateDigits; digits++) {
    const highest = 10 ** digits - 1;
    if ((taken.size + 1) * 10 > highest) continue;
    let number = (draw % highest) + 1;
    while (taken.has(String(number))) number = (number % highest) + 1;
    return String(number);
  }
  return undefined;
}
