import type { Writable } from "node:stream";

/** Shows what happens, a line each: what it is, and the rest. */
export type Say = (what: string, rest: string) => void;

/** Lines on a stream. What comes from a peer could be anything, so nothing but what can be seen is passed on. */
export function sayOn(stream: Writable): Say {
  return (what, rest) => stream.write(`${what.padEnd(9)} ${rest.replaceAll(/\p{C}/gu, "\ufffd")}\n`);
}

/** The beginning of a hashname: enough to tell a few apart. */
export function short(hashname: string): string {
  return `${hashname.slice(0, 8)}…`;
}
