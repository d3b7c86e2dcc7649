import type { RelayEvent } from "@countersign/rpc";
import type { RelayError } from "./errors.ts";
import type { RpcSocket } from "./rpc-socket.ts";

/** Who follows a connection to a relay from one socket to the next. Everything is called synchronously. */
export interface Follower {
  /** A new socket is open, on which nothing is known of the one before. */
  up(socket: RpcSocket): void;
  down(): void;
  event(event: RelayEvent): void;
  /** No further attempt is made; the follower is not followed any more. */
  gone(error: RelayError): void;
}
