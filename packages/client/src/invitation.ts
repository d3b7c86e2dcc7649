import {
  formatLink,
  makeCode,
  type ParsedCode,
  type SessionKind,
  type SessionParameters,
} from "@countersign/handshake";
import { encodeBase64url, parseUuid } from "@countersign/wire";
import { RelayError } from "./errors.ts";
import type { RandomBytes } from "./ports.ts";
import type { Relay } from "./relay-share.ts";
import { systemRandomBytes } from "./system.ts";

/** A place at the relay where those meet who know a code. */
export interface Invitation {
  readonly parameters: SessionParameters;
  /** The public part of the code: a number of 1 to 6 digits, known to the relay. */
  readonly nameplate: string;
  /** The secret part of the code: words joined by "-", or 32 hexadecimal digits. The relay never sees it. */
  readonly secret: string;
  /** The whole code as it is said and typed, `7-revenge-guitarist-…`. Secret. */
  readonly spoken: string;
  /** The code as a link that names the relay, too: for a QR code. Secret. */
  readonly link: string;
  /** Seconds in which the nameplate can be claimed, for who made the invitation. */
  readonly lifeSeconds?: number;
  /** Shows the relay who holds the claimed place, for who joined; base64url of 16 bytes. */
  readonly claim?: string;
}

export interface InvitationOptions {
  readonly kind: SessionKind;
  /** 2 to 255; 2 by default. */
  readonly parties?: number;
  /** Signers needed, 1 to `parties`; `parties` by default. */
  readonly threshold?: number;
  /** Seconds, 60 to 86,400; 600 by default. */
  readonly lifeSeconds?: number;
  /** Words of the code, 8 bits each; 4 by default. */
  readonly words?: number;
  readonly randomBytes?: RandomBytes;
}

/** Makes a session at the relay and a code for it. Rejects with `RelayError`. */
export async function createInvitation(relay: Relay, options: InvitationOptions): Promise<Invitation> {
  const { kind, parties = 2, threshold = parties, lifeSeconds: life = 600 } = options;
  const made = await relay.call("Invitation.create", { kind, parties, threshold, life });
  return {
    ...invite(relay, made.nameplate, makeCode(options.randomBytes ?? systemRandomBytes, options.words)),
    parameters: { group: bytesOf(made.group), session: bytesOf(made.session), kind, parties, threshold },
    lifeSeconds: made.life,
  };
}

/** Looks up at the relay what a code is for, and holds a place there for 60 s. Rejects with `RelayError`. */
export async function claimInvitation(
  relay: Relay,
  code: Pick<ParsedCode, "nameplate" | "secret">,
  randomBytes: RandomBytes = systemRandomBytes,
): Promise<Invitation> {
  const claim = encodeBase64url(randomBytes(16));
  const found = await relay.call("Invitation.claim", { nameplate: code.nameplate, claim });
  const { kind, parties, threshold } = found;
  return {
    ...invite(relay, code.nameplate, code.secret),
    parameters: { group: bytesOf(found.group), session: bytesOf(found.session), kind, parties, threshold },
    claim,
  };
}

function invite(relay: Relay, nameplate: string, secret: string) {
  const spoken = `${nameplate}-${secret}`;
  return { nameplate, secret, spoken, link: formatLink(relay.url, spoken) };
}

function bytesOf(uuid: string): Uint8Array {
  const bytes = parseUuid(uuid);
  if (!bytes.ok) throw new RelayError("relay.protocol", "The relay answered with a malformed UUID");
  return bytes.value;
}
