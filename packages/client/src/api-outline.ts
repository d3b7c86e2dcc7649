import type { PeerGroupOptions, SessionParameters } from "@countersign/handshake";
import type { CloseReason } from "@countersign/wire";
import type { Contact, FullIdentity } from "./identity.ts";
import type { Invitation, InvitationOptions } from "./invitation.ts";
import type { Clock, Journal, Kdf, RandomBytes } from "./ports.ts";
import type { SessionEvent } from "./session-event.ts";
import type { Transport } from "./transport.ts";

export interface RelayConnectionOptions {
  /** `ws://` or `wss://`, with or without the path `/v1`. */
  readonly url: string;
  readonly transport?: Transport;
  readonly clock?: Clock;
  readonly randomBytes?: RandomBytes;
  readonly connectTimeoutMs?: number;
}
export declare class RelayConnection {
  constructor(options: RelayConnectionOptions);
  close(): void;
}
export type SessionOptions = SessionSurroundings & Meeting;
/** First contact by a code, or a re-link with what was pinned: exactly one of the two. */
export type Meeting =
  | { readonly invitation: Invitation; readonly guessesUsed?: number }
  | { readonly contact: Contact };
export interface SessionSurroundings {
  readonly relay: RelayConnection;
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly journal: Journal;
  readonly kdf?: Kdf;
  readonly backend?: NonNullable<PeerGroupOptions["backend"]>;
  readonly clock?: Clock;
  readonly randomBytes?: RandomBytes;
}
export declare class Session {
  readonly number: number;
  readonly parameters: SessionParameters;
  events(): AsyncIterable<SessionEvent>;
  confirm(same: boolean): void;
  send(message: { readonly bytes: Uint8Array; readonly to?: number; readonly round?: number }): void;
  delivered(): Promise<void>;
  close(reason?: CloseReason): Promise<void>;
  abort(reason: string): Promise<void>;
}
export declare function createInvitation(relay: RelayConnection, options: InvitationOptions): Promise<Invitation>;
export declare function claimInvitation(
  relay: RelayConnection,
  code: { readonly nameplate: string; readonly secret: string },
): Promise<Invitation>;
export declare function openSession(options: SessionOptions): Promise<Session>;
export declare function generateIdentity(randomBytes?: RandomBytes): FullIdentity;
