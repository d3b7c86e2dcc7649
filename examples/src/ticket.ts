import { decodeUtf8, utf8 } from "@countersign/wire";
import { type CryptoKey, errors, jwtVerify, SignJWT } from "jose";

/** One algorithm, so that a token cannot choose a weaker one. */
const ALGORITHM = "Ed25519";

/** Who lets whom to whom. */
export interface Ticket {
  readonly issuer: string;
  /** Hashname of the endpoint that is let in: a token that somebody else has got hold of is worth nothing. */
  readonly guest: string;
  /** Hashname of the endpoint that lets in. */
  readonly host: string;
}

export interface IssueOptions extends Ticket {
  readonly key: CryptoKey;
  /** Such as "1h". */
  readonly validFor: string;
}

/** Makes a token as the body of a handshake message of type `jwt`. */
export async function issueTicket({ issuer, guest, host, key, validFor }: IssueOptions): Promise<Uint8Array> {
  const token = new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(issuer)
    .setSubject(guest)
    .setAudience(host)
    .setExpirationTime(validFor);
  return utf8(await token.sign(key));
}

/** What the host makes of a token. */
export type Inspection = { readonly ok: true; readonly until: Date } | { readonly ok: false; readonly why: string };

/** Checks the body of a `jwt`: signed by the issuer, for this guest at this host, and now. Bytes do not make it throw. */
export async function checkTicket(body: Uint8Array, key: CryptoKey, ticket: Ticket): Promise<Inspection> {
  const { issuer, guest, host } = ticket;
  const text = decodeUtf8(body);
  if (!text.ok) return { ok: false, why: "it is no text" };
  const claims = { issuer, subject: guest, audience: host, requiredClaims: ["exp"] };
  try {
    const { payload } = await jwtVerify(text.value, key, { ...claims, algorithms: [ALGORITHM] });
    return { ok: true, until: new Date(1_000 * (payload.exp ?? 0)) };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return { ok: false, why: error.message };
  }
}
