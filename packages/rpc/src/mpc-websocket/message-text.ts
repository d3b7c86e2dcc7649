import { structureFault } from "../structure.ts";
import { mpcLimits } from "./dialect.ts";
import { message } from "./fields.ts";
import { type RawJson, rawMembers } from "./raw-json.ts";
import type { MpcMessage } from "./values.ts";

/** The names of a message, all of which it has. */
const NAMES = 5;

/** Writes a message as its receivers get it. */
export function encodeMpcMessage({ round, sender, receiver, uuid, body }: MpcMessage): RawJson {
  const head = JSON.stringify({ round, sender, receiver, uuid });
  return `${head.slice(0, -1)},"body":${body}}`;
}

/** Reads a text that is a message and nothing else, as `encodeMpcMessage` writes it; undefined for another. Never throws. */
export function decodeMpcMessage(text: string): MpcMessage | undefined {
  const isObject = text.startsWith("{") && text.endsWith("}");
  if (!isObject || structureFault(text, mpcLimits.depth) !== undefined) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return rawMembers(text)?.size === NAMES ? message.read(text) : undefined;
}
