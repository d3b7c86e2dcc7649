import type { Outlet } from "../core/feed.ts";
import type { Connection } from "./connection.ts";

/** How a kind of client speaks: one WebSocket path and subprotocol. All dialects share one core. */
export interface Dialect {
  /** Takes a text of a client and answers it. Never throws. */
  receive(connection: Connection, text: string): void;
  /** What is answered to a frame that is no text. */
  refuseBinary(connection: Connection): void;
  encodeEvent: Outlet["dialect"]["encodeEvent"];
  encodePresence: Outlet["dialect"]["encodePresence"];
  /** The member of a session came back on another connection. */
  encodeReplaced(session: string): string;
}
