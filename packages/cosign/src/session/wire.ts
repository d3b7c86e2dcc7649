import type { Session } from "@countersign/client";

/** What a session of these methods needs of one of the client. */
export type Wire = Pick<
  Session,
  | "abort"
  | "close"
  | "confirm"
  | "delivered"
  | "events"
  | "isAcknowledged"
  | "kept"
  | "number"
  | "parameters"
  | "send"
  | "sendAgain"
  | "taken"
>;
