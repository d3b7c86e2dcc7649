import type { Machine, PeerGroupInput, PeerGroupOptions, PeerGroupOutput } from "@countersign/handshake";
import type { Hand } from "./by-hand/hand.ts";
import type { Journal } from "./journal.ts";
import { Membership } from "./membership.ts";
import type { Clock, RandomBytes } from "./ports.ts";
import type { Relay } from "./relay-share.ts";
import { Session } from "./session.ts";
import { eraseCode, type SessionRecord } from "./session-record.ts";
import { systemClock, systemRandomBytes } from "./system.ts";
import { type Seat, type SeatClaim, type SeatTaken, takeSeat } from "./take-seat.ts";

/** What a session works with, whether it is new or taken up again. */
export interface SessionSurroundings {
  readonly relay: Relay;
  readonly journal: Journal;
  /** Backend of the Noise functions; the portable one by default. */
  readonly backend?: NonNullable<PeerGroupOptions["backend"]>;
  /** Backend of SPAKE2, for first contacts by a code; the portable one by default. */
  readonly spake2Backend?: NonNullable<PeerGroupOptions["spake2Backend"]>;
  readonly clock?: Clock;
  readonly randomBytes?: RandomBytes;
  /** Ms of silence after which the relay is shown that the session goes on; none: it expires there by and by. */
  readonly keepAliveMs?: number | undefined;
  /** Of a session of two parties that may be taken out of the relay, to be carried by hand. */
  readonly hand?: Hand;
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
  const { relay, journal, clock = systemClock, randomBytes = systemRandomBytes, hand, keepAliveMs } = surroundings;
  return new Promise((resolve, reject) => {
    // From the answer to the first event there is no pause in which an event could be missed.
    const taken = (place: SeatTaken): Membership => {
      const record = recordOf(place.seat);
      const { origin, history, seen } = record;
      const { parameters, token } = origin;
      const resumed = claim.method === "Session.resume";
      const machine = createMachine(machineOptions(record, { ...surroundings, resumed }));
      if (resumed) eraseCode(record);
      const membership = new Membership({
        ...place,
        clock,
        randomBytes,
        parties: parameters.parties,
        token,
        past: resumed ? { seen, members: history.peers.map((peer) => peer.number) } : undefined,
        keepAliveMs,
        save: (seq) => journal.write({ type: "seen", seq }, parameters),
      });
      const carrier = hand?.over(record, membership) ?? membership;
      resolve(new Session({ record, resumed, machine, clock, pace: hand?.clock ?? clock, journal, carrier }));
      return membership;
    };
    takeSeat({ relay, claim, taken, refused: reject });
  });
}

/** What the machine of a session is made with. */
export function machineOptions(
  { origin, history }: SessionRecord,
  surroundings: Pick<SessionSurroundings, "backend" | "spake2Backend" | "randomBytes"> & { readonly resumed: boolean },
): PeerGroupOptions {
  const { backend, spake2Backend, randomBytes = systemRandomBytes, resumed } = surroundings;
  const { parameters, number, eid, self, trust } = origin;
  const { noiseStatic, ed25519 } = self.identity;
  return {
    parameters,
    self: { number, eid, label: self.label, identity: { noiseStatic, ed25519: ed25519.publicKey } },
    trust,
    randomBytes,
    ...(backend === undefined ? {} : { backend }),
    ...(spake2Backend === undefined ? {} : { spake2Backend }),
    ...(resumed ? { history } : {}),
  };
}
