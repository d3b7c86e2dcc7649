import { refuse } from "@countersign/relay";
import {
  COUNTERSIGN_V1,
  decodeRpc,
  encodeBatch,
  encodeFailure,
  encodeRequest,
  encodeSuccess,
  encodeSuccessText,
  internalError,
  invalidParams,
  invalidRequest,
  isMethodName,
  type MethodName,
  type MethodParams,
  methodNotFound,
  type RpcId,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
  readAck,
  readMessageRequest,
  readParams,
} from "@countersign/rpc";

import type { Relay } from "../core/relay.ts";
import { StoreError } from "../failure.ts";
import { logFailure } from "../log.ts";
import { isBodyText } from "./body-text.ts";
import { type Caller, type Dialect, type DialectSurroundings, LONG_ANSWER, type Task } from "./dialect.ts";
import { DirectCall, type Origin } from "./direct-call.ts";
import { groupHandlers } from "./group-handlers.ts";
import type { Handler, Handlers, Reply } from "./handler.ts";
import { invitationHandlers } from "./invitation-handlers.ts";
import { expectedOf, readMessageBytes } from "./message-bytes.ts";
import { notifyHandlers } from "./notify-handlers.ts";
import { isRefusal, outcomeOf } from "./outcome.ts";
import { needOf, Preparing } from "./preparing.ts";
import { relayHandlers } from "./relay-handlers.ts";
import { sessionHandlers } from "./session-handlers.ts";
import { withoutTraces } from "./without-traces.ts";

type Answered = Reply<MethodName>;

/** The dialect countersign.v1: strict JSON-RPC 2.0 both ways (spec 0006). */
export function createCountersignV1(relay: Relay, { clock, log, meter }: DialectSurroundings): Dialect {
  const surroundings = { relay, clock, log, meter };
  const preparing = new Preparing();
  const handlers: Handlers<MethodName> = {
    ...relayHandlers(relay),
    ...invitationHandlers(relay),
    ...sessionHandlers(relay),
    ...groupHandlers(relay),
    ...notifyHandlers(relay),
  };

  /** Carries a call out and says what came of it. */
  const measure = async ({ caller, task }: Origin, message: RpcRequest | RpcNotification): Promise<Answered> => {
    const begun = clock.now();
    const reply = await call(caller, message);
    const outcome = outcomeOf(reply);
    if (isRefusal(outcome)) task.refused();
    meter.called(COUNTERSIGN_V1, message.method, outcome, (clock.now() - begun) / 1_000);
    return reply;
  };

  const unreadable = (task: Task): void => {
    meter.dropped(COUNTERSIGN_V1, "invalid");
    task.refused();
  };

  /** Carries a message out; the text of the answer, if it wants one. */
  const answer = async (origin: Origin, message: RpcMessage): Promise<string | undefined> => {
    switch (message.type) {
      case "invalid":
        unreadable(origin.task);
        return encodeFailure(message.id, message.error);
      case "success":
      case "failure":
        unreadable(origin.task);
        return encodeFailure(null, invalidRequest("an answer to nothing that was asked"));
      default: {
        const reply = await measure(origin, message);
        return message.type === "notification" ? undefined : encodeAnswer(message.id, reply);
      }
    }
  };

  const call = async (caller: Caller, { method, params }: RpcRequest | RpcNotification): Promise<Answered> => {
    if (!isMethodName(method)) {
      meter.dropped(COUNTERSIGN_V1, "unknown-method");
      return { ok: false, error: methodNotFound() };
    }
    const read = readParams(method, params);
    if (!read.ok) return { ok: false, error: invalidParams(read.path, read.reason) };
    return carryOut(caller, method, read.value);
  };

  const carryOut = async (caller: Caller, method: MethodName, params: MethodParams<MethodName>): Promise<Answered> => {
    const since = clock.now();
    try {
      const ready = preparing.before(caller, () => {
        const need = needOf(method, params);
        return need && relay.directory.prepare(need);
      });
      if (ready !== undefined) await ready;
      // The table guarantees that the handler takes what the schema of the same name has let through.
      const reply = await (handlers[method] as Handler<MethodName>)(caller, params as never, since);
      if (reply.ok && !isAnonymous(method)) caller.accept();
      return reply;
    } catch (error) {
      logFailure(log, error, { message: "a call failed", method });
      return error instanceof StoreError ? refuse("relay.unavailable") : { ok: false, error: internalError() };
    }
  };

  const receive = (caller: Caller, text: string, task: Task): void => {
    const isNext = !preparing.holds(caller);
    const said = isNext ? readMessageRequest(text, isBodyText) : undefined;
    if (said !== undefined) {
      caller.expected = expectedOf(said.params.session);
      return new DirectCall("Session.message", { caller, task }, surroundings).message(said);
    }
    const acked = isNext ? readAck(text) : undefined;
    if (acked !== undefined) return new DirectCall("Session.ack", { caller, task }, surroundings).ack(acked);
    const { batch, messages } = withoutTraces(decodeRpc, text);
    // The answers of a batch are one text, and no event that they cause may come before it.
    if (batch) caller.hold();
    task.weigh({
      calls: messages.length,
      answerBytes: LONG_ANSWER * messages.filter(isAnsweredAtLength).length,
    });
    void Promise.all(messages.map((message) => answer({ caller, task }, message))).then((answers) => {
      const texts = answers.filter((one) => one !== undefined);
      if (texts.length > 0) caller.send(batch ? encodeBatch(texts) : texts.join());
      if (batch) caller.release();
      task.done();
    });
  };

  return {
    name: COUNTERSIGN_V1,
    closesSilent: true,
    read: ({ expected }, span) => expected && readMessageBytes(span, expected),
    carryOut(caller, message, task) {
      if (preparing.holds(caller)) receive(caller, encodeRequest(message.id, "Session.message", message.params), task);
      else new DirectCall("Session.message", { caller, task }, surroundings).message(message);
    },
    receive,
    receiveBinary(caller) {
      caller.send(encodeFailure(null, invalidRequest("a frame that is not text")));
    },
    opened: () => undefined,
    closed(caller) {
      for (const session of [...caller.feeds.keys()]) relay.attachments.detach(caller, session);
      relay.groups.detach(caller);
      relay.audience.remove(caller);
    },
  };
}

/** What anybody may ask who has nothing to do here: it makes no silent newcomer one who is known. */
function isAnonymous(method: MethodName): boolean {
  return method === "Relay.info" || method === "rpc.discover";
}

/** Whether the answer tells who and what is there, so that a short call may get a long one. */
function isAnsweredAtLength(message: RpcMessage): boolean {
  return "method" in message && atLength.has(message.method);
}

const atLength: ReadonlySet<string> = new Set<MethodName>([
  "rpc.discover",
  "Group.join",
  "Session.create",
  "Session.join",
  "Session.open",
  "Session.resume",
  "Session.signup",
  "Session.load",
]);

function encodeAnswer(id: RpcId, reply: Answered): string {
  if (!reply.ok) return encodeFailure(id, reply.error);
  return "json" in reply ? encodeSuccessText(id, reply.json) : encodeSuccess(id, reply.result);
}
