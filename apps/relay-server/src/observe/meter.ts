/** Why a message of a client, or a part of its connection's bytes, had no effect. */
export const dropReasons = [
  "not-utf8",
  "too-large",
  "binary",
  "invalid",
  "unknown-method",
  "fragments",
  "bad-frame",
  "closing",
] as const;
export type DropReason = (typeof dropReasons)[number];

/** Why a connection ended. */
export const closeReasons = [
  "client",
  "silent",
  "stalled",
  "no-pong",
  "restart",
  "expired",
  "protocol",
  "refused",
  "failed",
] as const;
export type CloseReason = (typeof closeReasons)[number];

/** Why a client was not given a connection. */
export const refusalReasons = [
  "origin",
  "token",
  "connections",
  "address",
  "rate",
  "path",
  "subprotocol",
  "handshake",
  "draining",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Whose room a connection waits for, or that too much was refused to it. */
export const paceScopes = ["connection", "address", "store", "refusals"] as const;
export type PaceScope = (typeof paceScopes)[number];

/** What the relay tells about its work, in numbers and names from fixed lists: nothing that came from a client. */
export interface Meter {
  connectionOpened(dialect: string): void;
  connectionClosed(dialect: string, reason: CloseReason): void;
  connectionRefused(reason: RefusalReason): void;
  received(dialect: string, bytes: number): void;
  sent(dialect: string, bytes: number, frames: number): void;
  dropped(dialect: string, reason: DropReason): void;
  /** `outcome`: "ok" or the error's code. What the dialect does not know is counted as unknown, whatever it is. */
  called(dialect: string, method: string, outcome: string, seconds: number): void;
  /** A socket is not read for a while. */
  paced(scope: PaceScope): void;
  /** Events were handed to a connection. */
  delivered(dialect: string, events: number): void;
  /** One transaction of the store is durable. */
  committed(operations: number, seconds: number): void;
  /** A transaction of the store has failed, or all that are to come will. `reason` is for the log only. */
  storeFailed(reason: string): void;
  /** A group cannot be read back. */
  damaged(): void;
}

const nothing = () => undefined;

/** For relays that nobody watches. */
export const silentMeter: Meter = {
  connectionOpened: nothing,
  connectionClosed: nothing,
  connectionRefused: nothing,
  received: nothing,
  sent: nothing,
  dropped: nothing,
  called: nothing,
  paced: nothing,
  delivered: nothing,
  committed: nothing,
  storeFailed: nothing,
  damaged: nothing,
};
