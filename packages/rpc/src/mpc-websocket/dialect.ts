import { limits } from "@countersign/wire";
import { dialectLimits } from "../countersign-v1/dialect.ts";

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
  /** A value of a session, of a proposal or said to be signed, bytes of JSON; members of countersign.v1 get it, too. */
  value: dialectLimits.value,
  /** The name of a proposal, bytes of UTF-8. */
  proposal: dialectLimits.proposal,
  /** A message as its receivers get it, bytes, in a session with members of countersign.v1: theirs is a third longer. */
  mixedMessage: 48_768,
  /** Nesting of a request. */
  depth: limits.jsonDepth,
} as const;
