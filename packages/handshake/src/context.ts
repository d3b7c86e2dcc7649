import { concat, lp, u8, u16, u64, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import type { SessionKind, SessionParameters } from "./peer-group-types.ts";

/** The protocol's name and version, first in every context. */
export const PROTOCOL = "countersign/1";

/** The two ways a pair comes up and the suite of each; there is nothing to negotiate. */
export const suites = {
  pair: "SPAKE2-P256-SHA256-HKDF-HMAC+Noise_XXpsk0_25519_ChaChaPoly_SHA256",
  link: "Noise_KKpsk0_25519_ChaChaPoly_SHA256",
} as const;
export type ExchangeMode = keyof typeof suites;

const MODE_BYTE = { pair: 1, link: 2 } as const;
const KIND_BYTE: Readonly<Record<SessionKind, number>> = { keygen: 1, sign: 2, exchange: 3 };

/** The byte that stands for a session's kind in hashes. */
export function kindByte(kind: SessionKind): number {
  return KIND_BYTE[kind];
}

/** One end of a pair as the relay introduced it. All public. */
export interface Endpoint {
  /** Party number, 1 to 255. */
  readonly number: number;
  /** 32 bytes. */
  readonly eid: Uint8Array;
  /** The versions that it offered, exactly as it published them. */
  readonly versions: Uint8Array;
}

/** Everything that a relay could lie about, bound into one exchange. All public. */
export interface Context {
  readonly mode: ExchangeMode;
  readonly parameters: SessionParameters;
  readonly initiator: Endpoint;
  readonly responder: Endpoint;
  readonly at: bigint;
}

/**
 * Encodes the context of an exchange (spec 0003, section 2):
 * `lp("countersign/1") lp(suite) mode(1) lp(group) lp(session) kind(1) parties(2) threshold(2)`, then number(2),
 * lp(eid), lp(versions) of initiator and responder, and at(8).
 */
export function encodeContext({ mode, parameters, initiator, responder, at }: Context): Uint8Array {
  return concat(
    lp(utf8(PROTOCOL)),
    lp(utf8(suites[mode])),
    u8(MODE_BYTE[mode]),
    lp(parameters.group),
    lp(parameters.session),
    u8(kindByte(parameters.kind)),
    u16(parameters.parties),
    u16(parameters.threshold),
    encodeEndpoint(initiator),
    encodeEndpoint(responder),
    u64(at),
  );
}

/** `ctxh`: SHA-256 of the encoded context, 32 bytes, public. */
export function contextHash(context: Context): Uint8Array {
  return sha256(encodeContext(context));
}

function encodeEndpoint({ number, eid, versions }: Endpoint): Uint8Array {
  return concat(u16(number), lp(eid), lp(versions));
}
