import { defineMethod, type Method } from "../../method.ts";
import type { CosignService } from "../../session/cosign-service.ts";
import { carrierOf } from "./opening.ts";
import { writePackets } from "./packets.ts";
import { anything, boolean, EXAMPLE_ID, list, maybe, members, numeric, sessionId, text } from "./shapes.ts";

/** cosign.status: how far a session is. */
export function status(service: CosignService): Method {
  return defineMethod({
    name: "cosign.status",
    category: "Cosign",
    description: "How far a session is, and who takes part.",
    arguments: { session_id: sessionId },
    results: [
      {
        shape: members({
          state: text("waiting for parties, handshake, confirming the SAS, active; closed, failed or expired"),
          peer_verified: boolean("Whether all have confirmed the SAS, or have the keys that were pinned"),
          messages_sent: numeric("Messages that were sent"),
          messages_received: numeric("Messages that came"),
          age_sec: numeric("Whole seconds since it was made or joined here"),
          ttl_sec: numeric("Seconds that it may live"),
          transport: text("What carries it: websocket, or hand"),
          relay_url: text("Where the parties meet; empty for nowhere"),
          parties: list(
            "All parties, this one among them",
            members({
              number: numeric("Its number"),
              label: anything("What it calls itself; null until it has proven to know the code"),
              is_self: boolean("Whether it is this one"),
              online: boolean("Whether it has a connection, as the relay says"),
              confirmed: boolean("Whether it has confirmed the SAS"),
            }),
          ),
          reason: maybe(text("Why it has ended")),
          context: maybe(text("As it was given")),
          contact: maybe(text("The contact that is met")),
          psbt: maybe(text("As it was given, until the daemon begins anew")),
        }),
      },
    ],
    examples: [{ arguments: [EXAMPLE_ID] }],
    run({ session_id }) {
      const { notes, psbt, session } = service.find(session_id);
      const { contact, context, relay, ttl } = notes;
      return {
        state: session.state,
        peer_verified: session.agreement.isComplete,
        messages_sent: session.traffic.sent.sent,
        messages_received: session.traffic.received,
        age_sec: session.age,
        ttl_sec: ttl,
        transport: carrierOf(session),
        relay_url: session.byHand.isCarrying ? "" : relay,
        parties: session.agreement.describe(),
        reason: session.detail,
        context,
        contact,
        psbt,
      };
    },
  });
}

/** cosign.close: ends a session. */
export function close(service: CosignService): Method {
  return defineMethod({
    name: "cosign.close",
    category: "Cosign",
    description: "Ends a session for all parties, when what was sent has arrived or 5 seconds have passed.",
    arguments: { session_id: sessionId },
    results: [
      {
        shape: members({
          ok: boolean("True"),
          packets: maybe(text("Of a session that goes by hand: what is left for the other party, in hex")),
        }),
      },
    ],
    examples: [{ arguments: [EXAMPLE_ID] }],
    waits: true,
    async run({ session_id }) {
      const left = await service.close(session_id);
      return left.length === 0 ? { ok: true } : { ok: true, packets: writePackets(left) };
    },
  });
}

/** cosign.metrics: what was counted and measured. */
export function metrics(service: CosignService): Method {
  return defineMethod({
    name: "cosign.metrics",
    category: "Cosign",
    description: "What all sessions of this daemon have counted and measured since it began.",
    arguments: {},
    results: [
      {
        shape: members({
          active_sessions: numeric("Sessions that have not ended"),
          total_messages: numeric("Messages that were sent and received"),
          unreadable_messages: numeric("Messages of other parties that were not of this family of methods"),
          bridge_restarts: numeric("0: the daemon serves the sessions itself"),
          bridge_health: members(
            {
              health_state: text("unknown before a relay was heard, healthy, or failed since it was lost"),
              restart_count: numeric("0"),
              max_restarts: numeric("0"),
              consecutive_failures: numeric("Connections to a relay that failed since one was heard"),
              last_successful_ping: anything("When a relay was last heard, in seconds of uptime; null: never"),
              seconds_since_last_ping: anything("Whole seconds since then; null: never"),
            },
            "How the connections to relays are",
          ),
          transport_failures: members(
            { ws: numeric("Connections to a relay that were lost or not made"), nostr: numeric("0") },
            "By what carries sessions",
          ),
          handshake_latency_ms: anything("The mean time from all parties' being there to the SAS; null: none yet"),
          delivery_latency_ms: anything("The mean time until all have acknowledged a message; null: none yet"),
        }),
      },
    ],
    examples: [{ arguments: [] }],
    run() {
      const { active, meters, now, begun } = service;
      const { relayHeardAt: heard } = meters;
      const healthy = meters.relayFailuresInARow === 0;
      return {
        active_sessions: active,
        total_messages: meters.messages,
        unreadable_messages: meters.unreadable,
        bridge_restarts: 0,
        bridge_health: {
          health_state: healthy ? (heard === undefined ? "unknown" : "healthy") : "failed",
          restart_count: 0,
          max_restarts: 0,
          consecutive_failures: meters.relayFailuresInARow,
          last_successful_ping: heard === undefined ? null : Math.floor((heard - begun) / 1_000),
          seconds_since_last_ping: heard === undefined ? null : Math.floor((now - heard) / 1_000),
        },
        transport_failures: { ws: meters.relayFailures, nostr: 0 },
        handshake_latency_ms: meters.handshake.value,
        delivery_latency_ms: meters.delivery.value,
      };
    },
  });
}
