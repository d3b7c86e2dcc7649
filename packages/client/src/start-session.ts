import { codeSalt, type PeerGroupOptions, type SessionParameters } from "@countersign/handshake";
import type { MethodParams } from "@countersign/rpc";
import { checkLabel, encodeBase64url, formatUuid, parseUuid, UsageError, utf8 } from "@countersign/wire";
import { RelayError } from "./errors.ts";
import type { Contact, FullIdentity } from "./identity.ts";
import type { Invitation } from "./invitation.ts";
import { checkKeyMeeting, type KeyMeeting } from "./key-meeting.ts";
import type { Kdf } from "./ports.ts";
import type { Session } from "./session.ts";
import { beginRecord } from "./session-record.ts";
import { type CreateMachine, type SessionSurroundings, sit } from "./sit.ts";
import { scryptKdf, systemRandomBytes } from "./system.ts";
import type { Seat } from "./take-seat.ts";
import { VERSIONS } from "./versions.ts";

/** How to meet: by an invitation and its code, with a contact that was pinned, or to use a key that was made. */
export type Meeting =
  | {
      readonly invitation: Invitation;
      /** Guesses that the journal counts for this group and session already; 0 by default. */
      readonly guessesUsed?: number;
    }
  | { readonly contact: Contact }
  | { readonly key: KeyMeeting };

export type SessionOptions = Meeting &
  SessionSurroundings & {
    readonly self: { readonly label: string; readonly identity: FullIdentity };
    /** scrypt by @noble/hashes by default. */
    readonly kdf?: Kdf;
  };

/** Takes a seat in the session and puts the machine into it. */
export async function startSession(createMachine: CreateMachine, options: SessionOptions): Promise<Session> {
  const { self, randomBytes = systemRandomBytes } = options;
  if ("key" in options) checkKeyMeeting(options.key);
  if (!checkLabel(self.label).ok) throw new UsageError("usage.label", "a label is 1 to 64 bytes of plain NFC text");
  const trust = await trustOf(options);
  const eid = randomBytes(32);
  const token = encodeBase64url(randomBytes(32));
  const place = placeOf(options);
  const params = { ...place, eid: encodeBase64url(eid), versions: encodeBase64url(VERSIONS), token };
  const recordOf = (seat: Seat) =>
    beginRecord({ parameters: parametersOf(place, seat), number: seat.number, eid, token, self, trust });
  return await sit(createMachine, options, { claim: { method: "Session.open", params }, recordOf });
}

type Place = Omit<MethodParams<"Session.open">, "eid" | "versions" | "token">;

function placeOf(meeting: Meeting): Place {
  if ("contact" in meeting) {
    return { group: formatUuid(meeting.contact.group), kind: "exchange", parties: 2, threshold: 2 };
  }
  if ("key" in meeting) {
    const { group, session, kind, parties, threshold, number } = meeting.key;
    const place = { group: formatUuid(group), kind, parties, threshold, number };
    return session === undefined ? place : { ...place, session: formatUuid(session) };
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
  const numbered = place.number === undefined ? seat.number <= place.parties : seat.number === place.number;
  if (!group.ok || !session.ok || !asked || !numbered) {
    throw new RelayError("relay.protocol", "The relay opened another session than the one it was asked for");
  }
  const { kind, parties, threshold } = place;
  return { group: group.value, session: session.value, kind, parties, threshold };
}

async function trustOf(options: Pick<SessionOptions, "kdf"> & Meeting): Promise<PeerGroupOptions["trust"]> {
  if ("contact" in options) return { type: "pins", pins: [options.contact.pin] };
  if ("key" in options) return { type: "pins", pins: options.key.pins };
  const { invitation, guessesUsed = 0, kdf = scryptKdf } = options;
  const { group, session } = invitation.parameters;
  const prk = await kdf({ code: utf8(invitation.secret), salt: codeSalt(group, session) });
  return { type: "code", prk, guessesUsed };
}
