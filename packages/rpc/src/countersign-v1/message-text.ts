import { limits } from "@countersign/wire";
import { isBase64url } from "./fields.ts";
import type { MethodParams } from "./methods.ts";

/** A request for `Session.message`. */
export interface MessageRequest {
  readonly id: number;
  readonly params: MethodParams<"Session.message">;
  /** The envelopes as `JSON.stringify` writes them: a part of the text of the request. */
  readonly envelopes: string;
}

// What `JSON.stringify` writes if the names stand in the order of the tables. Numbers of up to 15 digits are safe.
const HEAD =
  /^\{"jsonrpc":"2\.0","id":(0|[1-9]\d{0,14}),"method":"Session\.message","params":\{"session":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","cseq":([1-9]\d{0,14}),"envelopes":\[/;
const ENVELOPE = /\{"to":(0|[1-9]\d{0,2}),"body":"/y;
const END = "]}}";

/**
 * Reads a request for `Session.message` in the form in which nearly all of them come, without parsing JSON: half of
 * what a relay does is this. Undefined for every other text, right or wrong, which `decodeRpc` and `readParams` are
 * for; where it reads something, they read the same. `isBody`: what answers the same as `isBase64url`, only faster.
 */
export function readMessageRequest(text: string, isBody = isBase64url): MessageRequest | undefined {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const [{ length }, id, session = "", cseq] = head;
  const envelopes: MessageRequest["params"]["envelopes"] = [];
  for (let at = length; envelopes.length < limits.envelopes; at++) {
    ENVELOPE.lastIndex = at;
    const found = ENVELOPE.exec(text);
    if (found === null) return undefined;
    const start = ENVELOPE.lastIndex;
    const end = text.indexOf('"}', start);
    const to = Number(found[1]);
    const body = text.slice(start, end);
    if (end === -1 || to > limits.parties || !isBody(body)) return undefined;
    envelopes.push({ to, body });
    at = end + 2;
    if (text.charCodeAt(at) === COMMA) continue;
    if (text.length !== at + END.length || !text.endsWith(END)) return undefined;
    const params = { session, cseq: Number(cseq), envelopes };
    return { id: Number(id), params, envelopes: text.slice(length - 1, at + 1) };
  }
  return undefined;
}

const COMMA = 0x2c;

const ACK =
  /^\{"jsonrpc":"2\.0","method":"Session\.ack","params":\{"session":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","seq":(0|[1-9]\d{0,14})\}\}$/;

/** The same for the notification `Session.ack`, of which there is one for every few messages. */
export function readAck(text: string): MethodParams<"Session.ack"> | undefined {
  const found = ACK.exec(text);
  return found === null ? undefined : { session: found[1] ?? "", seq: Number(found[2]) };
}
