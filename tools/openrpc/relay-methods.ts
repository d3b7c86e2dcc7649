import type { DocumentedMethods } from "./documented.ts";
import { claim, invited } from "./example-values.ts";

/** What belongs to no session. */
export const relayMethods: DocumentedMethods<"Relay.info" | "Invitation.create" | "Invitation.claim" | "rpc.discover"> =
  {
    "Relay.info": {
      summary: "Says who serves here, in which dialects, and what the limits are.",
      errors: [],
      example: {
        params: {},
        result: {
          name: "countersign-relay",
          version: "1.0.0",
          dialects: ["countersign.v1", "mpc-websocket"],
          limits: {
            message: 65_536,
            bodies: 65_024,
            envelopes: 254,
            parties: 255,
            batch: 20,
            depth: 32,
            label: 64,
            value: 49_152,
            proposal: 256,
            unanswered: 256,
            invitationLife: 86_400,
            sessionLife: 1_800,
            headerBytes: 8_192,
            urlBytes: 2_048,
            connections: 20_000,
            connectionsPerAddress: 256,
            newConnectionsPerSecond: 50,
            messagesPerSecond: 100,
            bytesPerSecond: 1_048_576,
            addressMessagesPerSecond: 1_000,
            addressBytesPerSecond: 8_388_608,
            refusalsPerSecond: 10,
            addressRefusalsPerSecond: 50,
            unansweredBytes: 262_144,
            silenceGrace: 10,
            stalledAfter: 10,
            groupsPerConnection: 16,
            sessionsPerConnection: 64,
            sessionsPerGroup: 64,
            sessions: 250_000,
            sessionsPerAddress: 1_000,
            bytesPerSession: 67_108_864,
            bytesPerAddress: 268_435_456,
            bytes: 2_147_483_648,
          },
        },
      },
    },
    "Invitation.create": {
      summary: "Makes a group, a session in it, and a short number that leads there.",
      errors: ["relay.quota-reached", "relay.unavailable"],
      example: {
        params: { kind: "exchange", parties: 2, threshold: 2, life: 600 },
        result: { nameplate: "675", ...invited, life: 600 },
      },
    },
    "Invitation.claim": {
      summary:
        "Looks a number up and holds a place in its session; the same claim again gets the same answer and no second place.",
      errors: [
        "relay.rate-limited",
        "relay.unknown-invitation",
        "relay.invitation-closed",
        "relay.session-ended",
        "relay.damaged",
        "relay.unavailable",
      ],
      example: {
        params: { nameplate: "675", claim },
        result: { ...invited, kind: "exchange", parties: 2, threshold: 2 },
      },
    },
    "rpc.discover": {
      summary: "Answers this document.",
      errors: [],
      example: {
        params: {},
        result: { openrpc: "1.2.6", info: { title: "countersign.v1", version: "1.0.0" }, methods: [] },
      },
    },
  };
