import {
  accepted,
  type Decoded,
  decodeLob,
  encodeLob,
  equalBytes,
  type JsonObject,
  readLobHead,
  refused,
  UsageError,
  utf8,
  writeLobHead,
} from "@countersign/wire";
import { encodeBase32 } from "../hashname/base32.ts";
import { formatHashname, type HashnamePart, intermediateOf, parseHashname, rollUp } from "../hashname/hashname.ts";
import { CSID_KEY } from "./old-form.ts";

/** `{}` written out, as some encoders do it, where LOB has an empty head. */
const NOTHING = utf8("{}");

/** What a `link` says of its sender. As little proven as the message that it came in. */
export interface LinkedKeys {
  /** The CSK of the cipher set that the message is of. */
  readonly key: Uint8Array;
  /** The key, and the intermediates of the sender's other cipher sets: what its hashname is made of. */
  readonly parts: readonly HashnamePart[];
  /** As text, 52 characters. */
  readonly hashname: string;
}

/** The `link` message of an endpoint with these keys, for a peer with whom it speaks cipher set `csid`. */
export function createLink(csid: number, parts: readonly HashnamePart[]) {
  const own = parts.find((part) => part.csid === csid);
  if (own === undefined || !("key" in own))
    throw new UsageError("usage.no-key", "a link has the key of its cipher set");
  if (!rollUp(parts).ok) throw new UsageError("usage.hashname", "these keys make no hashname");
  const others = parts
    .filter((part) => part !== own)
    .map((part) => [csidKey(part.csid), encodeBase32("key" in part ? intermediateOf(part.key) : part.intermediate)]);
  const body = encodeLob({ head: writeLobHead(Object.fromEntries(others) as JsonObject), body: own.key });
  return { type: "link", head: { csid: csidKey(csid) }, body };
}

/**
 * Reads the `link` of a message of cipher set `csid`. The CSK may be of any length: whether it is one is for the cipher
 * set. Keys of the JSON that are no CSIDs are not looked at, and neither is its entry for `csid` itself, which some
 * implementations write: the key is there.
 */
export function readLink(
  csid: number,
  { head, body }: { readonly head: JsonObject; readonly body: Uint8Array },
): Decoded<LinkedKeys> {
  if (Object.hasOwn(head, "csid") && head["csid"] !== csidKey(csid)) {
    return refused("wire.malformed", "a link of another cipher set than its message");
  }
  const lob = decodeLob(body);
  if (!lob.ok) return lob;
  const parsed = readLobHead(lob.value.head);
  if (parsed.type === "bad") return parsed.refusal;
  if (parsed.type === "binary" && !equalBytes(parsed.bytes, NOTHING)) {
    return refused("wire.malformed", "intermediates that are no JSON");
  }
  const key = lob.value.body.slice();
  const parts: HashnamePart[] = [{ csid, key }];
  for (const [name, text] of Object.entries(parsed.type === "json" ? parsed.json : {})) {
    if (!CSID_KEY.test(name) || name === csidKey(csid)) continue;
    const intermediate = typeof text === "string" ? parseHashname(text) : refused("wire.malformed", "no intermediate");
    if (!intermediate.ok) return intermediate;
    parts.push({ csid: Number.parseInt(name, 16), intermediate: intermediate.value });
  }
  const hashname = rollUp(parts);
  return hashname.ok ? accepted({ key, parts, hashname: formatHashname(hashname.value) }) : hashname;
}

function csidKey(csid: number): string {
  return csid.toString(16).padStart(2, "0");
}
