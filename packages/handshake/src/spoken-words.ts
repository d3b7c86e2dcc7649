import { evenWords, oddWords } from "./pgp-words.ts";

const evenIndex = new Map(evenWords.map((word, index) => [word, index]));
const oddIndex = new Map(oddWords.map((word, index) => [word, index]));

/** Says bytes as words: the first from the even list, the second from the odd one, and so on; joined by "-". */
export function sayBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte, position) => (position % 2 === 0 ? evenWords : oddWords)[byte]).join("-");
}

/** Whether `word` is of the list that its position (from 0) asks for. */
export function wordFits(word: string, position: number): boolean {
  return (position % 2 === 0 ? evenIndex : oddIndex).has(word);
}

/** The words of the list for a position that begin like `start`, for completion while typing. */
export function wordsLike(start: string, position: number): readonly string[] {
  return (position % 2 === 0 ? evenWords : oddWords).filter((word) => word.startsWith(start));
}
