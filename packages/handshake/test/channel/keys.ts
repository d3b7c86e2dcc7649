import { SeededRandom } from "@countersign/testkit";
import type { Install } from "../../src/channel/conversation-types.ts";

export type Side = "a" | "b";

export function other(side: Side): Side {
  return side === "a" ? "b" : "a";
}

/** The keys of exchange `id` as this side uses them: fresh arrays, since whoever installs them takes them over. */
export function keysOf(id: number, side: Side) {
  const random = new SeededRandom(id);
  const keys = { a: random.bytes(32), b: random.bytes(32) };
  const tokens = { a: random.bytes(16), b: random.bytes(16) };
  const peer = other(side);
  return { sendKey: keys[side], receiveKey: keys[peer], sendToken: tokens[peer], receiveToken: tokens[side] };
}

/** The input that installs exchange `id` at this side: live and without a greeting, unless it says otherwise. */
export function install(id: number, side: Side, more: Partial<Install> = {}): Install {
  return { type: "install", id, ...keysOf(id, side), tentative: false, greet: false, peerNext: 0n, ...more };
}
