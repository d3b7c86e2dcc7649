import type { MethodParams, MethodResult } from "@countersign/rpc";
import type { Follower } from "./follower.ts";
import type { Relay } from "./relay-share.ts";
import type { Answer, RpcSocket } from "./rpc-socket.ts";

/** What the relay says of a seat when it is taken, or taken up again. */
export type Seat = MethodResult<"Session.open">;

/** A seat that is new, or one that a process before this one has taken. */
export type SeatClaim =
  | { readonly method: "Session.open"; readonly params: MethodParams<"Session.open"> }
  | { readonly method: "Session.resume"; readonly params: MethodParams<"Session.resume"> };

/** A seat that was taken. */
export interface SeatTaken {
  readonly seat: Seat;
  /** The socket on which it was taken. */
  readonly socket: RpcSocket;
  /** Whether it was asked for on an earlier connection, too, without an answer. */
  readonly wasAskedBefore: boolean;
  /** To be called when nothing more of the connection is wanted. */
  release(): void;
}

export interface SeatTaking {
  readonly relay: Relay;
  readonly claim: SeatClaim;
  /** The seat is taken; who answers follows the connection from here on, from the very next event. */
  taken(seat: SeatTaken): Follower;
  /** The relay refused, with `RelayError`, or `taken` threw. */
  refused(error: unknown): void;
}

/** Opens or resumes a session at the relay, again and again with the same token until an answer gets through. */
export function takeSeat({ relay, claim, taken, refused }: SeatTaking): void {
  let member: Follower | undefined;
  let wasAsked = false;
  const follower: Follower = {
    up(socket) {
      if (member !== undefined) return member.up(socket);
      const wasAskedBefore = wasAsked;
      wasAsked = true;
      ask(socket, claim, {
        result(seat) {
          try {
            member = taken({ seat, socket, wasAskedBefore, release: () => relay.unfollow(follower) });
          } catch (error) {
            relay.unfollow(follower);
            refused(error);
          }
        },
        error(error) {
          if (error.code === "relay.unavailable") return socket.cut(error.message);
          relay.unfollow(follower);
          refused(error);
        },
      });
    },
    down: () => member?.down(),
    event: (event) => member?.event(event),
    gone: (error) => (member === undefined ? refused(error) : member.gone(error)),
  };
  relay.follow(follower);
}

function ask(socket: RpcSocket, claim: SeatClaim, answer: Answer<"Session.open">): void {
  if (claim.method === "Session.open") socket.request(claim.method, claim.params, answer);
  else socket.request(claim.method, claim.params, answer);
}
