import type { SessionEnded } from "./session-event.ts";

/** What a member of a session is told: synchronously, in the order of the session, every event once. */
export interface MemberHandlers {
  joined(member: { readonly number: number; readonly eid: Uint8Array; readonly versions: Uint8Array }): void;
  /** A member came that has no eid: it speaks a dialect in which there is nothing to encrypt with. */
  joinedInTheClear(number: number): void;
  online(number: number, online: boolean): void;
  /** All packets that one request of a member held for this one. */
  packets(from: number, packets: readonly Uint8Array[]): void;
  lost(): void;
  back(): void;
  /** Nothing follows. */
  ended(ended: SessionEnded): void;
}
