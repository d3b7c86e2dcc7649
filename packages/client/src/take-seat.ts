import type { MethodParams, MethodResult } from "@countersign/rpc";
import type { Follower } from "./follower.ts";
import type { RelayConnection } from "./relay-connection.ts";
import type { RpcSocket } from "./rpc-socket.ts";

/** What the relay says of a seat when it is taken, or taken up again. */
export type Seat = MethodResult<"Session.open">;

export interface SeatTaking {
  readonly relay: RelayConnection;
  readonly join: MethodParams<"Session.open">;
  /** The seat is taken; who answers follows the connection from here on, from the very next event. */
  taken(seat: Seat, socket: RpcSocket, release: () => void): Follower;
  /** The relay refused, with `RelayError`, or `taken` threw. */
  refused(error: unknown): void;
}

/** Opens a session at the relay, again and again with the same token until an answer gets through. */
export function takeSeat({ relay, join, taken, refused }: SeatTaking): void {
  let member: Follower | undefined;
  const follower: Follower = {
    up(socket) {
      if (member !== undefined) return member.up(socket);
      socket.request("Session.open", join, {
        result(seat) {
          try {
            member = taken(seat, socket, () => relay.unfollow(follower));
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
