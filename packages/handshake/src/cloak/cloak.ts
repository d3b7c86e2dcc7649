import { accepted, concat, type Decoded, limits, refused, UsageError, utf8 } from "@countersign/wire";
import { chacha20orig } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** Everybody knows the key: a cloak hides what a packet is from filters, and nothing from anybody who looks. */
const KEY = sha256(utf8("telehash"));
/** Bytes of a nonce, which each round puts in front. */
const NONCE_LENGTH = 8;
const FIRST_OF_PLAIN = 0x00;
/** A generator that has drawn this many nonces beginning with zero is broken (chance 2^-128). */
const DRAWS = 16;
const MAX_ROUNDS = 32;

/** How a packet is cloaked. */
export interface CloakOptions {
  /** A cryptographic random generator; nonces are drawn from it. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** How often, 1 by default; each round adds 8 bytes, so that a random number of them hides the length. */
  readonly rounds?: number;
}

/**
 * Cloaks a packet (telehash v3, "Cloaking"; spec 0009, section 5): `nonce(8) ‖ ChaCha20(packet)`, once for each round, of
 * ChaCha20 as it was published: nonce and counter of 64 bits each, counter 0.
 *
 * Throws `UsageError` for a packet that does not begin with a zero byte, that is, with a head of 256 bytes or more: nobody
 * could tell it from a cloaked one.
 */
export function cloak(packet: Uint8Array, { randomBytes, rounds = 1 }: CloakOptions): Uint8Array {
  if (packet[0] !== FIRST_OF_PLAIN) {
    throw new UsageError("usage.not-cloakable", "a packet that is cloaked begins with a zero byte");
  }
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) {
    throw new UsageError("usage.out-of-range", `a packet is cloaked 1 to ${MAX_ROUNDS} times`);
  }
  let cloaked = packet;
  for (let round = 0; round < rounds; round++) {
    const nonce = drawNonce(randomBytes);
    cloaked = concat(nonce, chacha20orig(KEY, nonce, cloaked));
  }
  return cloaked;
}

/** A packet out of its cloaks. */
export interface Uncloaked {
  readonly packet: Uint8Array;
  /** How often it was cloaked, 0 for a plain packet: whoever gets cloaked packets answers with cloaked ones. */
  readonly rounds: number;
}

/**
 * Takes a packet out of its cloaks; one that begins with a zero byte wears none. What comes out is as little proven as
 * what went in. More than 32 rounds are refused: noise would otherwise make a receiver work for each byte anew.
 */
export function uncloak(bytes: Uint8Array): Decoded<Uncloaked> {
  if (bytes.length > limits.lobPacket + MAX_ROUNDS * NONCE_LENGTH) {
    return refused("wire.too-long", "a cloaked packet above its limit");
  }
  let packet = bytes;
  let rounds = 0;
  while (packet[0] !== FIRST_OF_PLAIN) {
    if (packet.length <= NONCE_LENGTH) return refused("wire.truncated", "a cloak with nothing in it");
    if (rounds === MAX_ROUNDS)
      return refused("wire.too-long", `a packet that is cloaked more than ${MAX_ROUNDS} times`);
    packet = chacha20orig(KEY, packet.subarray(0, NONCE_LENGTH), packet.subarray(NONCE_LENGTH));
    rounds++;
  }
  return accepted({ packet, rounds });
}

/** A zero byte in front says that a packet is plain, so a nonce that begins with one is drawn again. */
function drawNonce(randomBytes: CloakOptions["randomBytes"]): Uint8Array {
  for (let draw = 0; draw < DRAWS; draw++) {
    const nonce = randomBytes(NONCE_LENGTH);
    if (nonce.length !== NONCE_LENGTH) throw new UsageError("usage.length", "a nonce has 8 bytes");
    if (nonce[0] !== FIRST_OF_PLAIN) return nonce;
  }
  throw new UsageError("usage.random-bytes", "the random generator gives zeros only");
}
