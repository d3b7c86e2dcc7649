import { type Backend, hkdf2, type KeyPair } from "@countersign/noise";
import { concat, lp, u8, u16, utf8 } from "@countersign/wire";
import { type Endpoint, PROTOCOL } from "../context.ts";
import type { ExchangeKeys } from "../exchange/cipher-set.ts";
import { routingToken } from "../routing-token.ts";
import type { LinkedParty } from "./group-link-types.ts";

/** The suite of a group link; there is nothing to negotiate. */
const SUITE = "3DH+ss+psk_25519_ChaChaPoly_SHA256";
const MODE_BYTE = 3;

/** One end of a pair, with the ephemeral key that it has said. */
type End = Pick<Endpoint, "number" | "versions"> & { readonly e: Uint8Array };

/** `gctx` (spec 0012, section 4); A is the end with the lower number. All public. */
function encodeGroupContext(transcript: Uint8Array, A: End, B: End): Uint8Array {
  return concat(
    lp(utf8(PROTOCOL)),
    lp(utf8(SUITE)),
    u8(MODE_BYTE),
    transcript,
    u16(A.number),
    lp(A.versions),
    u16(B.number),
    lp(B.versions),
    A.e,
    B.e,
  );
}

export interface PairKeysOptions {
  readonly backend: Backend;
  /** GT, 32 bytes. */
  readonly transcript: Uint8Array;
  readonly self: Pick<Endpoint, "number" | "versions">;
  readonly staticKey: KeyPair;
  readonly ephemeral: KeyPair;
  readonly peer: LinkedParty;
  /** The ephemeral public key of the peer, 32 bytes. */
  readonly e: Uint8Array;
}

/** The keys of a pair (spec 0012, section 4), secret; undefined where one of the public keys is of small order. */
export function pairKeys(options: PairKeysOptions): ExchangeKeys | undefined {
  const { backend, transcript, self, staticKey, ephemeral, peer, e } = options;
  const { dh } = backend.dh;
  const ee = dh(ephemeral, e);
  // By whose ephemeral and whose static key: A's e and B's s is es, wherever it is computed.
  const ownE = dh(ephemeral, peer.pin.noiseStatic);
  const ownS = dh(staticKey, e);
  const ss = dh(staticKey, peer.pin.noiseStatic);
  if (ee === undefined || ownE === undefined || ownS === undefined || ss === undefined) return undefined;
  const own = { ...self, e: ephemeral.publicKey };
  const their = { number: peer.number, versions: peer.versions, e };
  const isA = self.number < peer.number;
  const hash = backend.hash("SHA256");
  const context = hash.hash(encodeGroupContext(transcript, isA ? own : their, isA ? their : own));
  const secrets = concat(ee, isA ? ownE : ownS, isA ? ownS : ownE, ss, peer.pin.linkPsk);
  const [kA, kB] = hkdf2(hash, context, secrets);
  for (const secret of [ee, ownE, ownS, ss, secrets]) secret.fill(0);
  return {
    sendKey: isA ? kA : kB,
    receiveKey: isA ? kB : kA,
    sendToken: routingToken(e.subarray(0, 16)),
    receiveToken: routingToken(ephemeral.publicKey.subarray(0, 16)),
  };
}
