import type { Machine, PeerGroupInput, PeerGroupOptions, PeerGroupOutput } from "@countersign/handshake";
import type { Journal } from "./journal.ts";
import { Membership } from "./membership.ts";
import type { Clock, RandomBytes } from "./ports.ts";
import type { RelayConnection } from "./relay-connection.ts";
import type { RpcSocket } from "./rpc-socket.ts";
import { Session } from "./session.ts";
import { eraseCode, type SessionRecord } from "./session-record.ts";
import { systemClock, systemRandomBytes } from "./system.ts";
import { type Seat, type SeatClaim, takeSeat } from "./take-seat.ts";

/** What a session works with, whether it is new or taken up again. */
export interface SessionSurroundings {
  readonly relay: RelayConnection;
  readonly journal: Journal;
  /** Backend of the Noise functions; the portable one by default. */
  readonly backend?: NonNullable<PeerGroupOptions["backend"]>;
  readonly clock?: Clock;
  readonly randomBytes?: RandomBytes;
}

/** Makes the machine of a session: `createPeerGroup`, or in a test something smaller. */
export type CreateMachine = (options: PeerGroupOptions) => Machine<PeerGroupInput, PeerGroupOutput>;

export interface Place {
  readonly claim: SeatClaim;
  /** What is known of the session once it is known where this party sits. May throw. */
  recordOf(seat: Seat): SessionRecord;
}

/** Takes a seat and puts the machine into it. */
export function sit(
  createMachine: CreateMachine,
  surroundings: SessionSurroundings,
  { claim, recordOf }: Place,
): Promise<Session> {
  const { relay, journal, clock = systemClock, randomBytes = systemRandomBytes, backend } = surroundings;
  return new Promise((resolve, reject) => {
    // From the answer to the first event there is no pause in which an event could be missed.
    const taken = (seat: Seat, socket: RpcSocket, release: () => void): Membership => {
      const record = recordOf(seat);
      const { origin, history, seen } = record;
      const { parameters, number, eid, self, token, trust } = origin;
      const resumed = claim.method === "Session.resume";
      const { noiseStatic, ed25519 } = self.identity;
      const machine = createMachine({
        parameters,
        self: { number, eid, label: self.label, identity: { noiseStatic, ed25519: ed25519.publicKey } },
        trust,
        randomBytes,
        ...(backend === undefined ? {} : { backend }),
        ...(resumed ? { history } : {}),
      });
      if (resumed) eraseCode(record);
      const membership = new Membership({
        clock,
        randomBytes,
        seat,
        token,
        socket,
        release,
        past: resumed ? { seen, members: history.peers.map((peer) => peer.number) } : undefined,
        save: (seq) => journal.write({ type: "seen", seq }, parameters),
      });
      resolve(new Session({ record, resumed, machine, clock, journal, membership }));
      return membership;
    };
    takeSeat({ relay, claim, taken, refused: reject });
  });
}
