import {
  type Clock,
  generateIdentity,
  type Invitation,
  type Journal,
  openSession,
  type RandomBytes,
  RelayConnection,
  type Session,
  type SessionOptions,
} from "@countersign/client";
import { encodeHex } from "@countersign/wire";

/** What all sessions of a daemon are opened with. */
export interface Surroundings {
  /** The relay of the sessions that are made here, `ws://…` or `wss://…`; without one, none can be made. */
  readonly relay: string | undefined;
  /** What that relay is shown, and no other. */
  readonly accessToken: string | undefined;
  readonly journal: Journal;
  readonly kdf: SessionOptions["kdf"];
  readonly backend: SessionOptions["backend"];
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

/** A session that was opened, and the connection that is its own. */
export interface Opened {
  readonly session: Session;
  readonly relay: RelayConnection;
  readonly invitation: Invitation;
}

/** A connection to a relay for one session: the token is for the daemon's own relay only, whatever a link names. */
export function connect(url: string, { accessToken, clock, randomBytes, relay }: Surroundings): RelayConnection {
  const isOwn = relay !== undefined && addressOf(relay) === addressOf(url);
  return new RelayConnection({
    url,
    clock,
    randomBytes,
    ...(isOwn && accessToken !== undefined ? { accessToken } : {}),
  });
}

/** Takes a seat in the session of an invitation, with keys of its own. Where that fails, the relay is closed. */
export async function openAt(
  relay: RelayConnection,
  invite: () => Promise<Invitation>,
  { label, ...surroundings }: Surroundings & { readonly label: string },
): Promise<Opened> {
  const { backend, clock, journal, kdf, randomBytes } = surroundings;
  try {
    const invitation = await invite();
    const self = { label, identity: generateIdentity(randomBytes) };
    const session = await openSession({
      relay,
      invitation,
      self,
      journal,
      clock,
      randomBytes,
      ...(kdf === undefined ? {} : { kdf }),
      ...(backend === undefined ? {} : { backend }),
    });
    return { session, relay, invitation };
  } catch (error) {
    relay.close();
    throw error;
  }
}

/** The UUID of a session as 32 hexadecimal digits. */
export function idOf({ parameters }: Session): string {
  return encodeHex(parameters.session);
}

function addressOf(url: string): string {
  return new URL(url).href.replace(/\/+(?:v1\/*)?$/, "");
}
