import { type Case, carrier, closed, inBoth, refused, UNKNOWN_METHOD, unreadable } from "./case.ts";

/** Levels that a text may have; a call and its arguments are two of them. */
const DEPTH = 32;
/** Bytes of a message. */
const MESSAGE = 64 * 1024;

const arrays = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`;
const mixed = (depth: number): string => `${'[{"a":'.repeat(depth / 2)}0${"}]".repeat(depth / 2)}`;

const read = (text: string) => [text, () => refused(UNKNOWN_METHOD)] as const;
const tooDeep = (text: string) => [text, unreadable] as const;
const tooLong = (text: string) => [text, () => closed(1009)] as const;

/** Texts that nest, to the limit and far beyond, in both dialects. */
export const nesting: readonly Case[] = [
  ["arrays, 32 deep", ...read(carrier(arrays(DEPTH - 1)))],
  ["arrays, 33 deep", ...tooDeep(carrier(arrays(DEPTH)))],
  ["objects, 32 deep", ...read(carrier(objects(DEPTH - 1)))],
  ["objects, 33 deep", ...tooDeep(carrier(objects(DEPTH)))],
  ["both, 33 deep", ...tooDeep(carrier(mixed(DEPTH)))],
  ["a hundred lists of the depth that is left, one beside the other", ...read(carrier(wide(100, DEPTH - 2)))],
  [
    "a list too deep behind a hundred that are not",
    ...tooDeep(carrier(`[${wide(100, DEPTH - 2)},${arrays(DEPTH - 1)}]`)),
  ],
  ["arrays, 10,000 deep", ...tooDeep(carrier(arrays(10_000)))],
  ["objects, 10,000 deep", ...tooDeep(carrier(objects(10_000)))],
  ["arrays, 10,000 deep, never closed", ...tooDeep("[".repeat(10_000))],
  ["as deep as a message is long", ...tooDeep("[".repeat(MESSAGE))],
  ["brackets that close what was never open", ...tooDeep("]".repeat(MESSAGE))],
  ["arrays, 100,000 deep: longer than a message may be", ...tooLong(arrays(50_000))],
  ["arrays, 100,000 deep, never closed", ...tooLong("[".repeat(100_000))],
  ["a name too deep", ...tooDeep(`{"id":1,"x":${objects(10_000)}}`)],
  ["an id too deep", ...tooDeep(`{"jsonrpc":"2.0","method":"?","id":${arrays(10_000)}}`)],
].flatMap(([name, sent, expected]) =>
  inBoth(name as string, sent as string, expected as () => ReturnType<typeof unreadable>),
);

function wide(count: number, depth: number): string {
  return `[${Array.from({ length: count }, () => arrays(depth)).join()}]`;
}
