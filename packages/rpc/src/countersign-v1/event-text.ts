import { limits } from "@countersign/wire";
import type { RelayEvent } from "./events.ts";
import { isBase64url } from "./fields.ts";

// What relays write. Numbers of up to 15 digits are safe.
const HEAD =
  /^\{"jsonrpc":"2\.0","method":"message","params":\{"session":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","seq":([1-9]\d{0,14}),"previous":(0|[1-9]\d{0,14}),"from":([1-9]\d{0,2}),"bodies":\["/;
const END = '"]}}';

/**
 * Reads the event `message` in the form in which it comes, without parsing JSON: nearly all that a client hears is this.
 * Undefined for every other text, right or wrong, which `decodeRpc` and `readEvent` are for; where it reads something,
 * they read the same.
 */
export function readMessageEvent(text: string): Extract<RelayEvent, { name: "message" }> | undefined {
  const head = HEAD.exec(text);
  if (head === null || !text.endsWith(END)) return undefined;
  const [{ length }, session = "", seq, previous, from] = head;
  const bodies = text.slice(length, -END.length).split('","');
  if (Number(from) > limits.parties || text.length < length + END.length || !bodies.every(isBase64url))
    return undefined;
  return {
    name: "message",
    params: { session, seq: Number(seq), previous: Number(previous), from: Number(from), bodies },
  };
}
