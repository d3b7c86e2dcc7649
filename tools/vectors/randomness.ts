import { concat, H, text, u32 } from "./protocol/bytes.ts";

/** What every file says about where its random values come from. */
export const RANDOMNESS =
  'every random value is SHA-256("countersign/1 vectors" ‖ label ‖ u32 counter), counter = 0, 1, …, joined and cut to length; the labels are the scenario\'s own and need not be known: the values stand in this file';

/** Fixed bytes for a label. Worthless as secrets, which is the point. */
export function fixedRandom(label: string, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; counter * 32 < length; counter++) {
    blocks.push(H(text("countersign/1 vectors"), text(label), u32(counter)));
  }
  return concat(...blocks).slice(0, length);
}
