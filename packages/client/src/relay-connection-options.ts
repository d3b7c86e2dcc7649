import type { Clock, RandomBytes } from "./ports.ts";
import { systemClock, systemRandomBytes } from "./system.ts";
import type { Transport } from "./transport.ts";
import { webSocketTransport } from "./web-socket.ts";

export interface RelayConnectionOptions {
  /** `ws://…` or `wss://…`, with or without the path `/v1` at its end. */
  readonly url: string;
  /** The platform's WebSocket by default. */
  readonly transport?: Transport;
  readonly clock?: Clock;
  /** For the jitter of the back-off only. */
  readonly randomBytes?: RandomBytes;
  /** Ms that one attempt to connect may take; 10,000 by default. */
  readonly connectTimeoutMs?: number;
  /** Ms of vain attempts after which a connection that was lost is given up; 300,000 by default. */
  readonly reconnectForMs?: number;
}

/** What is not given is the platform's own. */
export function withDefaults(options: RelayConnectionOptions): Required<RelayConnectionOptions> {
  return {
    transport: webSocketTransport,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    connectTimeoutMs: 10_000,
    reconnectForMs: 300_000,
    ...options,
  };
}
