import type { DhFunctions, KeyPair } from "@countersign/noise";
import { concat, equalBytes, TOKEN_LENGTH } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import type { ExchangeKeys } from "../exchange/cipher-set.ts";
import { routingToken } from "../routing-token.ts";
import type { VerifiedMessage3a } from "./message.ts";
import { agree, NONCE_LENGTH, openSecretbox, secretbox, TAG_LENGTH } from "./nacl.ts";
import { type Result3a, refused3a } from "./results.ts";

/** What a channel packet adds to its inner packet, in bytes. */
export const CHANNEL_OVERHEAD_3A = TOKEN_LENGTH + NONCE_LENGTH + TAG_LENGTH;
const BOX = TOKEN_LENGTH + NONCE_LENGTH;

/**
 * The keys of an exchange from both ephemeral keys (spec 0009, section 4): `SHA-256(secret ‖ sent KEY ‖ received KEY)` to
 * send with, the KEYs the other way round to receive with. Takes a verified message, because an exchange with anybody
 * else would be worth nothing.
 *
 * Deviation: the document halves the hash and names the tokens in place of the keys; every implementation known to us
 * uses 32 bytes and the ephemeral keys, and one that did not could not be talked to.
 */
export function channelKeys3a(dh: DhFunctions, ephemeral: KeyPair, peer: VerifiedMessage3a): Result3a<ExchangeKeys> {
  const agreed = agree(dh, ephemeral, peer.ephemeral);
  if (!agreed.ok) return agreed;
  const [sent, received] = [ephemeral.publicKey, peer.ephemeral];
  const keys = {
    sendKey: hashOf(agreed.value, sent, received),
    receiveKey: hashOf(agreed.value, received, sent),
    sendToken: routingToken(received),
    receiveToken: routingToken(sent),
  };
  agreed.value.fill(0);
  return { ok: true, value: keys };
}

/** What a channel packet is made of. */
export interface ChannelPacketOptions3a {
  readonly keys: ExchangeKeys;
  /** 24 random bytes, fresh for each packet. */
  readonly nonce: Uint8Array;
  /** The encoded LOB packet that is encrypted. */
  readonly inner: Uint8Array;
}

/** Makes the body of a channel packet: `TOKEN(16) ‖ NONCE(24) ‖ secretbox`. Throws `UsageError` for another nonce. */
export function sealChannelPacket3a({ keys, nonce, inner }: ChannelPacketOptions3a): Uint8Array {
  return concat(keys.sendToken, nonce, secretbox(keys.sendKey, nonce, inner));
}

/**
 * Opens the body of a channel packet: the inner packet, which is of the other end of the exchange. Whether it came before
 * is for the channel to know, by its `seq`.
 */
export function openChannelPacket3a(keys: ExchangeKeys, body: Uint8Array): Result3a<Uint8Array> {
  if (body.length < CHANNEL_OVERHEAD_3A) return refused3a("cs3a.length");
  if (!equalBytes(body.subarray(0, TOKEN_LENGTH), keys.receiveToken)) return refused3a("cs3a.token");
  const inner = openSecretbox(keys.receiveKey, body.subarray(TOKEN_LENGTH, BOX), body.subarray(BOX));
  return inner === undefined ? refused3a("cs3a.forged") : { ok: true, value: inner };
}

function hashOf(secret: Uint8Array, first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = concat(secret, first, second);
  const hash = sha256(joined);
  joined.fill(0);
  return hash;
}
