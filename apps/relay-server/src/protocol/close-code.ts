import type { CloseReason } from "../observe/meter.ts";

/** WebSocket close codes (RFC 6455, section 7.4.1, and its registry). */
export const CloseCode = {
  normal: 1000,
  internalError: 1011,
  serviceRestart: 1012,
  sessionEnded: 4000,
  silent: 4001,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** What the relay calls it when it closes with a code. */
export const closeReasonOf: Readonly<Record<CloseCode, CloseReason>> = {
  [CloseCode.normal]: "refused",
  [CloseCode.internalError]: "failed",
  [CloseCode.serviceRestart]: "restart",
  [CloseCode.sessionEnded]: "expired",
  [CloseCode.silent]: "silent",
};
