import { UsageError } from "@countersign/wire";
import type { Clock, RandomBytes } from "./ports.ts";
import { systemClock, systemRandomBytes } from "./system.ts";
import type { Transport } from "./transport.ts";
import { webSocketTransport } from "./web-socket.ts";

export interface RelayConnectionOptions {
  /**
   * `ws://…` or `wss://…`, with or without the path `/v1` at its end; several, also with commas between, are nodes of
   * one relay, tried in their order, each when the one before cannot be reached or is lost.
   */
  readonly url: string | readonly string[];
  /** What a relay that does not admit everybody has given its user. It is shown to this relay at every connection. */
  readonly accessToken?: string;
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

/** All options; of the access token, whether there is one. */
export interface RelayConnectionSettings extends Omit<Required<RelayConnectionOptions>, "accessToken"> {
  readonly accessToken: string | undefined;
}

/** What is not given is the platform's own. Throws `UsageError` for what cannot be an access token. */
export function withDefaults(options: RelayConnectionOptions): RelayConnectionSettings {
  const { accessToken } = options;
  // It becomes part of a header, and a platform would throw what is none into the face of whoever waits.
  if (accessToken !== undefined && !/^[\w.~-]{1,256}$/.test(accessToken)) {
    throw new UsageError("usage.access-token", "an access token consists of letters, digits and - . _ ~");
  }
  return {
    transport: webSocketTransport,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    connectTimeoutMs: 10_000,
    reconnectForMs: 300_000,
    ...options,
    accessToken,
  };
}
