import {
  codeSalt,
  type Machine,
  type PeerGroupInput,
  type PeerGroupOptions,
  type PeerGroupOutput,
  type SessionParameters,
} from "@countersign/handshake";
import type { MethodParams } from "@countersign/rpc";
import { checkLabel, encodeBase64url, formatUuid, parseUuid, UsageError, utf8 } from "@countersign/wire";
import { RelayError } from "./errors.ts";
import type { Contact, FullIdentity } from "./identity.ts";
import type { Invitation } from "./invitation.ts";
import { Membership } from "./membership.ts";
import type { Clock, Journal, Kdf, RandomBytes } from "./ports.ts";
import type { RelayConnection } from "./relay-connection.ts";
import type { RpcSocket } from "./rpc-socket.ts";
import { Session } from "./session.ts";
import { scryptKdf, systemClock, systemRandomBytes } from "./system.ts";
import { type Seat, takeSeat } from "./take-seat.ts";

/** How to meet: by an invitation and its code, or with a contact that was pinned. */
export type Meeting =
  | {
      readonly invitation: Invitation;
      /** Guesses that the journal counts for this group and session already; 0 by default. */
      readonly guessesUsed?: number;
    }
  | { readonly contact: Contact };

export type SessionOptions = Meeting & {
  readonly relay: RelayConnection;
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly journal: Journal;
  /** scrypt by @noble/hashes by default. */
  readonly kdf?: Kdf;
  /** Backend of the Noise functions; the portable one by default. */
  readonly backend?: NonNullable<PeerGroupOptions["backend"]>;
  readonly clock?: Clock;
  readonly randomBytes?: RandomBytes;
};

/** Makes the machine of a session: `createPeerGroup`, or in a test something smaller. */
export type CreateMachine = (options: PeerGroupOptions) => Machine<PeerGroupInput, PeerGroupOutput>;

/** The protocol versions that this side speaks. */
const VERSIONS = Uint8Array.of(1);

/** Takes a seat in the session and puts the machine into it. */
export async function startSession(createMachine: CreateMachine, options: SessionOptions): Promise<Session> {
  const { relay, self, journal, clock = systemClock, randomBytes = systemRandomBytes, backend } = options;
  if (!checkLabel(self.label).ok) throw new UsageError("usage.label", "a label is 1 to 64 bytes of plain NFC text");
  const trust = await trustOf(options);
  const { noiseStatic, ed25519 } = self.identity;
  const identity = { noiseStatic, ed25519: ed25519.publicKey };
  const eid = randomBytes(32);
  const token = encodeBase64url(randomBytes(32));
  const place = placeOf(options);
  const join = { ...place, eid: encodeBase64url(eid), versions: encodeBase64url(VERSIONS), token };
  return new Promise((resolve, reject) => {
    // From the answer to the first event there is no pause in which an event could be missed.
    const taken = (seat: Seat, socket: RpcSocket, release: () => void): Membership => {
      const parameters = parametersOf(place, seat);
      const { number } = seat;
      const machine = createMachine({
        parameters,
        self: { number, eid, label: self.label, identity },
        trust,
        randomBytes,
        ...(backend === undefined ? {} : { backend }),
      });
      // The machine has its own copy, and erases it when it has done its work.
      if (trust.type === "code") trust.prk.fill(0);
      const membership = new Membership({ clock, randomBytes, seat, token, socket, release });
      resolve(new Session({ number, parameters, machine, clock, journal, membership }));
      return membership;
    };
    takeSeat({ relay, join, taken, refused: reject });
  });
}

type Place = Pick<MethodParams<"Session.open">, "group" | "session" | "kind" | "parties" | "threshold" | "claim">;

function placeOf(meeting: Meeting): Place {
  if ("contact" in meeting) {
    return { group: formatUuid(meeting.contact.group), kind: "exchange", parties: 2, threshold: 2 };
  }
  const { parameters, claim } = meeting.invitation;
  const { group, session, kind, parties, threshold } = parameters;
  const place = { group: formatUuid(group), session: formatUuid(session), kind, parties, threshold };
  return claim === undefined ? place : { ...place, claim };
}

/** The session that the relay gave is the one that was asked for, and the number is one of it. */
function parametersOf(place: Place, seat: Seat): SessionParameters {
  const group = parseUuid(seat.group);
  const session = parseUuid(seat.session);
  const asked = seat.group === place.group && seat.session === (place.session ?? seat.session);
  if (!group.ok || !session.ok || !asked || seat.number > place.parties) {
    throw new RelayError("relay.protocol", "The relay opened another session than the one it was asked for");
  }
  const { kind, parties, threshold } = place;
  return { group: group.value, session: session.value, kind, parties, threshold };
}

async function trustOf(options: Pick<SessionOptions, "kdf"> & Meeting): Promise<PeerGroupOptions["trust"]> {
  if ("contact" in options) return { type: "pins", pins: [options.contact.pin] };
  const { invitation, guessesUsed = 0, kdf = scryptKdf } = options;
  const { group, session } = invitation.parameters;
  const prk = await kdf({ code: utf8(invitation.secret), salt: codeSalt(group, session) });
  return { type: "code", prk, guessesUsed };
}
