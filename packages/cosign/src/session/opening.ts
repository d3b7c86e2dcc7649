import {
  type Clock,
  type Contact,
  type Hand,
  type Invitation,
  openSession,
  type RandomBytes,
  type Relay,
  resumeSession,
  type Session,
  type SessionOptions,
  type SessionRecord,
} from "@countersign/client";
import type { ContactBook } from "./contact-book.ts";
import { handOf } from "./hand-of.ts";
import type { RelayPool } from "./relay-pool.ts";
import type { SessionFile, SessionStore } from "./session-store.ts";

/** What all sessions of a daemon are opened with. */
export interface Surroundings {
  /** The relay of the sessions that are made here, `ws://…` or `wss://…`; without one, they go by hand. */
  readonly relay: string | undefined;
  /** What that relay is shown, and no other. */
  readonly accessToken: string | undefined;
  /** The connections to this relay and others. */
  readonly relays: RelayPool;
  readonly store: SessionStore;
  /** Undefined: none are kept. */
  readonly contacts: ContactBook | undefined;
  /**
   * The keys of coins with which `cosign.adaptor_roundtrip` pre-signs, read when they are asked for, and erased when
   * they are not needed any more; undefined: there are none. Secret. Throws `MethodError`.
   */
  readonly coinKeys: (() => Promise<readonly Uint8Array[]>) | undefined;
  readonly kdf: SessionOptions["kdf"];
  readonly backend: SessionOptions["backend"];
  readonly spake2Backend?: SessionOptions["spake2Backend"];
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Told of what should not be: a fault of ours. */
  failed(error: unknown): void;
}

/** A part in a connection to a relay for one session: the token is for the daemon's own relay only, whatever a link names. */
export function connect(url: string, { accessToken, clock, randomBytes, relay, relays }: Surroundings): Relay {
  const isOwn = relay !== undefined && isNodeOf(relay, url);
  return relays.take({
    url,
    clock,
    randomBytes,
    ...(isOwn && accessToken !== undefined ? { accessToken } : {}),
  });
}

/** A session, and what may take it out of the relay; undefined where there are more than two parties. */
export interface Opened {
  readonly wire: Session;
  readonly hand: Hand | undefined;
}

/** How the parties of a session find each other: by an invitation, or since they have met before. */
export type Meeting = { readonly invitation: Invitation } | { readonly contact: Contact };

/** Where and as whom a session is opened. */
export interface Place {
  readonly relay: Relay;
  readonly meeting: Meeting;
  readonly self: SessionOptions["self"];
  readonly file: SessionFile;
  /** Seconds that the session may live. */
  readonly ttl: number;
}

/** Takes a seat in the session of an invitation, or with a contact. Rejects with `RelayError`. */
export async function openAt({ relay, meeting, self, file, ttl }: Place, surroundings: Surroundings): Promise<Opened> {
  const { backend, spake2Backend, clock, kdf, randomBytes } = surroundings;
  // An invited session lives as long as its invitation, which is the ttl; others as long as the relay has patience.
  const keepAliveMs = "contact" in meeting ? await patienceOf(relay, ttl) : undefined;
  const isPair = "invitation" in meeting && meeting.invitation.parameters.parties === 2;
  const hand = isPair ? handOf(surroundings) : undefined;
  const wire = await openSession({
    relay,
    ...meeting,
    self,
    journal: file,
    clock,
    randomBytes,
    keepAliveMs,
    ...(hand === undefined ? {} : { hand }),
    ...(kdf === undefined ? {} : { kdf }),
    ...(backend === undefined ? {} : { backend }),
    ...(spake2Backend === undefined ? {} : { spake2Backend }),
  });
  return { wire, hand };
}

/** Takes the seat again that a process before this one had. Rejects with `RelayError`. */
export async function resumeAt(
  { relay, record, file, ttl }: Pick<Place, "relay" | "file" | "ttl"> & { readonly record: SessionRecord },
  surroundings: Surroundings,
): Promise<Opened> {
  const { backend, spake2Backend, clock, randomBytes } = surroundings;
  const isByCode = record.origin.trust.type === "code";
  const keepAliveMs = isByCode ? undefined : await patienceOf(relay, ttl);
  const hand = isByCode && record.origin.parameters.parties === 2 ? handOf(surroundings) : undefined;
  const wire = await resumeSession({
    relay,
    record,
    journal: file,
    clock,
    randomBytes,
    keepAliveMs,
    ...(hand === undefined ? {} : { hand }),
    ...(backend === undefined ? {} : { backend }),
    ...(spake2Backend === undefined ? {} : { spake2Backend }),
  });
  return { wire, hand };
}

/** Ms between two signs of life in a session that may live longer than the relay waits for one; undefined: it may not. */
async function patienceOf(relay: Relay, ttl: number): Promise<number | undefined> {
  const { sessionLife } = (await relay.call("Relay.info", {})).limits;
  return sessionLife < ttl ? (1_000 * sessionLife) / 3 : undefined;
}

/** Whether all addresses that a text holds are of one relay. */
export function isNodeOf(relay: string, urls: string): boolean {
  const own = addressesOf(relay);
  return addressesOf(urls).every((address) => own.includes(address));
}

function addressesOf(urls: string): readonly string[] {
  return urls.split(",").map((url) => new URL(url.trim()).href.replace(/\/+(?:v1\/*)?$/, ""));
}
