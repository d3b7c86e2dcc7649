import type { Envelope } from "./entry.ts";

/** Characters at the end of a body that count: in what is sealed, most of an authentication tag. */
const TAIL = 16;
const PRIME = 0x01000193;
/** As many bits as V8 keeps in a number without an object. */
const MASK = 0x3fffffff;

/**
 * A number by which a message is told from another one under the same cseq: by whom it is for, how long it is, and how
 * it ends. For members that mistake themselves for each other, not against them: nobody but the member itself loses
 * anything by two messages with one mark.
 */
export function markOf(envelopes: readonly Envelope[]): number {
  let mark = envelopes.length;
  for (const { to, body } of envelopes) {
    mark = Math.imul(Math.imul(mark ^ to, PRIME) ^ body.length, PRIME);
    for (let i = Math.max(0, body.length - TAIL); i < body.length; i++)
      mark = Math.imul(mark ^ body.charCodeAt(i), PRIME);
  }
  return mark & MASK;
}
