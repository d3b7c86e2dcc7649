import { type Refusal, refuse } from "@countersign/relay";
import {
  COUNTERSIGN_V1,
  decodeRpc,
  dialectLimits,
  encodeBatch,
  encodeFailure,
  encodeSuccess,
  internalError,
  invalidParams,
  invalidRequest,
  isMethodName,
  MAX_BATCH,
  type MethodName,
  MPC_WEBSOCKET,
  methodNotFound,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
  readParams,
} from "@countersign/rpc";
import { limits } from "@countersign/wire";
import type { Relay } from "../core/relay.ts";
import { StoreError } from "../failure.ts";
import { logFailure } from "../log.ts";
import { version } from "../version.ts";
import type { Caller, Dialect, DialectSurroundings } from "./dialect.ts";
import type { Handler, Handlers } from "./handler.ts";
import { invitationHandlers } from "./invitation-handlers.ts";
import { outcomeOf } from "./outcome.ts";
import { sessionHandlers } from "./session-handlers.ts";

/** The dialect countersign.v1: strict JSON-RPC 2.0 both ways (spec 0006). */
export function createCountersignV1(relay: Relay, { clock, log, meter }: DialectSurroundings): Dialect {
  const handlers: Partial<Handlers<MethodName>> = {
    "Relay.info": () => ({ ok: true, result: info(relay) }),
    ...invitationHandlers(relay),
    ...sessionHandlers(relay),
  };

  /** Carries a message out; the text of the answer, if it wants one. */
  const answer = async (caller: Caller, message: RpcMessage): Promise<string | undefined> => {
    switch (message.type) {
      case "invalid":
        meter.dropped(COUNTERSIGN_V1, "invalid");
        return encodeFailure(message.id, message.error);
      case "success":
      case "failure":
        meter.dropped(COUNTERSIGN_V1, "invalid");
        return encodeFailure(null, invalidRequest("an answer to nothing that was asked"));
      default: {
        const begun = clock.now();
        const reply = await call(caller, message);
        meter.called(COUNTERSIGN_V1, message.method, outcomeOf(reply), (clock.now() - begun) / 1_000);
        if (message.type === "notification") return undefined;
        return reply.ok ? encodeSuccess(message.id, reply.result) : encodeFailure(message.id, reply.error);
      }
    }
  };

  const call = async (
    caller: Caller,
    { method, params }: RpcRequest | RpcNotification,
  ): Promise<{ ok: true; result: unknown } | Refusal> => {
    const handler = isMethodName(method) ? handlers[method] : undefined;
    if (!isMethodName(method) || handler === undefined) {
      meter.dropped(COUNTERSIGN_V1, "unknown-method");
      return { ok: false, error: methodNotFound() };
    }
    const read = readParams(method, params);
    if (!read.ok) return { ok: false, error: invalidParams(read.path, read.reason) };
    try {
      // The table guarantees that the handler takes what the schema of the same name has let through.
      const reply = await (handler as Handler<MethodName>)(caller, read.value as never);
      if (reply.ok && method !== "Relay.info") caller.accept();
      return reply;
    } catch (error) {
      logFailure(log, error, { message: "a call failed", method });
      return error instanceof StoreError ? refuse("relay.unavailable") : { ok: false, error: internalError() };
    }
  };

  return {
    name: COUNTERSIGN_V1,
    closesSilent: true,
    receive(caller, text) {
      const { batch, messages } = decodeRpc(text);
      // The answers of a batch are one text, and no event that they cause may come before it.
      if (batch) caller.hold();
      return Promise.all(messages.map((message) => answer(caller, message))).then((answers) => {
        const texts = answers.filter((one) => one !== undefined);
        if (texts.length > 0) caller.send(batch ? encodeBatch(texts) : texts.join());
        if (batch) caller.release();
      });
    },
    receiveBinary(caller) {
      caller.send(encodeFailure(null, invalidRequest("a frame that is not text")));
    },
    opened: () => undefined,
    closed(caller) {
      for (const session of [...caller.feeds.keys()]) relay.attachments.detach(caller, session);
    },
  };
}

function info(relay: Relay) {
  return {
    name: "countersign-relay",
    version,
    dialects: [COUNTERSIGN_V1, MPC_WEBSOCKET],
    limits: {
      message: limits.relayMessage,
      bodies: dialectLimits.bodies,
      envelopes: limits.envelopes,
      parties: limits.parties,
      batch: MAX_BATCH,
      depth: limits.jsonDepth,
      label: limits.label,
      value: dialectLimits.value,
      proposal: dialectLimits.proposal,
      unanswered: dialectLimits.unanswered,
      invitationLife: dialectLimits.invitationLife.max,
      sessionLife: relay.sessionLife,
      ...relay.limits,
    },
  };
}
