/** What an event costs in memory, whatever it holds. */
const EVENT = 128;

/** What a message counts that is kept: its characters, and a short one what it costs all the same. */
export function weightOf(characters: number): number {
  return Math.max(characters, EVENT);
}
