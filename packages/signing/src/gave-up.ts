import type { GaveUp } from "@countersign/session";

/** The end of a protocol that cannot go on: who is proven to be at fault, and a sentence without secrets. */
export function gaveUp(culprits: readonly number[], detail: string): GaveUp {
  return { type: "failed", culprits, detail };
}

/** For what a party kept itself and cannot read any more. */
export function foreignState(): GaveUp {
  return gaveUp([], "the saved state does not belong to this ceremony, or it is damaged");
}

/** `number 2 and number 5`, the way people are told about parties whose labels this layer does not know. */
export function named(numbers: readonly number[]): string {
  const names = numbers.map((number) => `number ${number}`);
  const last = names.pop() ?? "nobody";
  // What is told to others is kept short.
  if (names.length > 7) return `${names.slice(0, 7).join(", ")} and ${names.length - 6} more`;
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}
