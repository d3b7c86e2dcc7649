import {
  type Clock,
  generateIdentity,
  type Invitation,
  openSession,
  type RandomBytes,
  type Relay,
  resumeSession,
  type Session,
  type SessionOptions,
  type SessionRecord,
} from "@countersign/client";
import type { RelayPool } from "./relay-pool.ts";
import type { SessionFile, SessionStore } from "./session-store.ts";

/** What all sessions of a daemon are opened with. */
export interface Surroundings {
  /** The relay of the sessions that are made here, `ws://…` or `wss://…`; without one, none can be made. */
  readonly relay: string | undefined;
  /** What that relay is shown, and no other. */
  readonly accessToken: string | undefined;
  /** The connections to this relay and others. */
  readonly relays: RelayPool;
  readonly store: SessionStore;
  /**
   * The keys of coins with which `cosign.adaptor_roundtrip` pre-signs, read when they are asked for; undefined: there
   * are none. Secret. Throws `MethodError`.
   */
  readonly coinKeys: (() => Promise<readonly Uint8Array[]>) | undefined;
  readonly kdf: SessionOptions["kdf"];
  readonly backend: SessionOptions["backend"];
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Told of what should not be: a fault of ours. */
  failed(error: unknown): void;
}

/** A part in a connection to a relay for one session: the token is for the daemon's own relay only, whatever a link names. */
export function connect(url: string, { accessToken, clock, randomBytes, relay, relays }: Surroundings): Relay {
  const isOwn = relay !== undefined && addressOf(relay) === addressOf(url);
  return relays.take({
    url,
    clock,
    randomBytes,
    ...(isOwn && accessToken !== undefined ? { accessToken } : {}),
  });
}

/** Where and as whom a session is opened. */
export interface Place {
  readonly relay: Relay;
  readonly invitation: Invitation;
  readonly label: string;
  readonly file: SessionFile;
}

/** Takes a seat in the session of an invitation, with keys of its own. Rejects with `RelayError`. */
export function openAt({ relay, invitation, label, file }: Place, surroundings: Surroundings): Promise<Session> {
  const { backend, clock, kdf, randomBytes } = surroundings;
  return openSession({
    relay,
    invitation,
    self: { label, identity: generateIdentity(randomBytes) },
    journal: file,
    clock,
    randomBytes,
    ...(kdf === undefined ? {} : { kdf }),
    ...(backend === undefined ? {} : { backend }),
  });
}

/** Takes the seat again that a process before this one had. Rejects with `RelayError`. */
export function resumeAt(
  { relay, record, file }: { relay: Relay; record: SessionRecord; file: SessionFile },
  { backend, clock, randomBytes }: Surroundings,
): Promise<Session> {
  return resumeSession({
    relay,
    record,
    journal: file,
    clock,
    randomBytes,
    ...(backend === undefined ? {} : { backend }),
  });
}

function addressOf(url: string): string {
  return new URL(url).href.replace(/\/+(?:v1\/*)?$/, "");
}
