import type { RpcErrorObject } from "../message.ts";
import { encodeMpcMessage } from "./message-text.ts";
import type { RawJson } from "./raw-json.ts";
import type { MpcEvent, MpcProposal, MpcResult, MpcSession } from "./values.ts";

/** Writes the answer of a call that worked; without a result it has neither `result` nor `error`. */
export function encodeMpcSuccess(id: RawJson, result: MpcResult): string {
  const answer = result === undefined ? "" : `,"result":${writeResult(result)}`;
  return `{"jsonrpc":"2.0","id":${id}${answer}}`;
}

/** Writes the answer of a call that failed; it is sent also where the call had no id. */
export function encodeMpcFailure(id: RawJson | undefined, error: RpcErrorObject): string {
  return `{"jsonrpc":"2.0",${id === undefined ? "" : `"id":${id},`}"error":${JSON.stringify(error)}}`;
}

/** Writes an event: the id 0, and a result of its name and its payload. */
export function encodeMpcEvent(event: MpcEvent): string {
  return `{"jsonrpc":"2.0","id":0,"result":["${event.name}",${writePayload(event)}]}`;
}

function writeResult(result: Exclude<MpcResult, undefined>): RawJson {
  if (typeof result === "object" && "kind" in result) return writeSession(result);
  return JSON.stringify(result);
}

function writePayload(event: MpcEvent): RawJson {
  switch (event.name) {
    case "sessionCreate":
      return writeSession(event.session);
    case "sessionSignup":
    case "sessionLoad":
      return JSON.stringify(event.session);
    case "sessionMessage":
      return encodeMpcMessage(event.message);
    case "sessionClosed":
      return JSON.stringify(event.numbers);
    case "notifyProposal":
      return writeProposal(event.proposal);
    case "notifySigned":
      return event.value;
  }
}

function writeSession({ uuid, kind, value }: MpcSession): RawJson {
  return `{"uuid":"${uuid}","kind":"${kind}","value":${value}}`;
}

function writeProposal({ sessionId, proposalId, message }: MpcProposal): RawJson {
  const head = JSON.stringify({ sessionId, proposalId });
  return `${head.slice(0, -1)},"message":${message}}`;
}
