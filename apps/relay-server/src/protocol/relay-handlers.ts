import { COUNTERSIGN_V1, dialectLimits, MAX_BATCH, type MethodResult, MPC_WEBSOCKET } from "@countersign/rpc";
import { limits } from "@countersign/wire";
import type { Relay } from "../core/relay.ts";
import { version } from "../version.ts";
import type { Handlers } from "./handler.ts";
import { openRpcDocument } from "./openrpc-document.ts";

/** What the relay says of itself. */
export function relayHandlers(relay: Relay): Handlers<"Relay.info" | "rpc.discover"> {
  return {
    "Relay.info": () => ({ ok: true, result: describeRelay(relay) }),
    "rpc.discover": () => ({ ok: true, json: openRpcDocument }),
  };
}

function describeRelay(relay: Relay): MethodResult<"Relay.info"> {
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
