import { type ParsedCode, parseCode } from "@countersign/client";
import { decodeHex, encodeHex } from "@countersign/wire";
import { faults } from "./faults.ts";
import { limits } from "./limits.ts";

/** An invitation to a session that no relay need know. Secret. */
export interface HandInvite {
  /** The secret part of the code. */
  readonly secret: string;
  /** Which session it is, where that is said. */
  readonly place: InvitedPlace | undefined;
}

/** The session that a link is for. */
export interface InvitedPlace {
  /** 16 bytes each. */
  readonly group: Uint8Array;
  readonly session: Uint8Array;
  /** Seconds that it may live. */
  readonly ttl: number;
}

/** What stands in a code where others have the number by which a relay knows them. */
const NO_RELAY = "0";

/** The code of a session that no relay knows: a relay's begins with another digit, so that none is asked in vain. */
export function handCode(secret: string): string {
  return `${NO_RELAY}-${secret}`;
}

/** The code as a link that says which session it is for. */
export function handLink({ group, session, ttl }: InvitedPlace, secret: string): string {
  return `cosign:?r=${encodeHex(group)}&t=hand&h=${encodeHex(session)}&l=${ttl}#c=${handCode(secret)}`;
}

/** Reads the code or the link of a session that no relay knows; undefined for another one. Throws `MethodError`. */
export function readHandInvite(text: string): HandInvite | undefined {
  const trimmed = text.trim();
  if (/^cosign:/i.test(trimmed)) return readLink(trimmed);
  return isHandCode(trimmed) ? { secret: readCode(trimmed).secret, place: undefined } : undefined;
}

function readLink(text: string): HandInvite {
  const { hash, searchParams } = new URL(text);
  const [group, session] = ["r", "h"].map((name) => decodeHex((searchParams.get(name) ?? "").toLowerCase()));
  const code = hash.startsWith("#c=") ? decodeURIComponent(hash.slice(3)) : "";
  const ttl = /^\d{1,6}$/.test(searchParams.get("l") ?? "") ? Number(searchParams.get("l")) : 0;
  const isWhole = group?.ok && group.value.length === 16 && session?.ok && session.value.length === 16;
  const lives = ttl >= limits.ttl.min && ttl <= limits.ttl.max;
  if (!isWhole || !lives || searchParams.get("t") !== "hand" || !isHandCode(code)) {
    throw faults.invite("a link that begins with cosign: is one of cosign.init without a relay");
  }
  return { secret: readCode(code).secret, place: { group: group.value, session: session.value, ttl } };
}

function isHandCode(text: string): boolean {
  return /^0(?=[\s\p{Pd}_\u2212])/u.test(text);
}

function readCode(text: string): ParsedCode {
  const parsed = parseCode(`1${text.slice(NO_RELAY.length)}`);
  if (!parsed.ok) throw faults.invite(parsed.detail);
  return parsed.code;
}
