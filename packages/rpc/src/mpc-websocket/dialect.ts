import { limits } from "@countersign/wire";

/** The name of the dialect, as an entry of `Relay.info`'s `dialects`. It has no WebSocket subprotocol. */
export const MPC_WEBSOCKET = "mpc-websocket";

/** Where a relay serves the dialect; deeper paths lead there too. */
export const MPC_WEBSOCKET_PATH = "/mpc";

/** What the dialect leaves open and a relay has to bound. */
export const mpcLimits = {
  /** Parties of a group. On the wire there is room for 65,535. */
  parties: limits.parties,
  /** A group's label, bytes of UTF-8. */
  label: limits.label,
  /** Nesting of a request. */
  depth: limits.jsonDepth,
} as const;
