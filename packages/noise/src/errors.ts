/** What a caller of this package can do wrong; stable, one code per mistake. */
export type NoiseUsageCode =
  | "usage.protocol-name" // not a Noise protocol name, or one of functions or patterns that are not known here
  | "usage.byte-length" // a key, a PSK or a random string of the wrong length
  | "usage.missing-key" // the pattern needs a key that was not given
  | "usage.unexpected-key" // a key was given that the pattern has no use for
  | "usage.bad-key" // a public key of small order, given by the caller
  | "usage.psk-count" // not one PSK for each psk token
  | "usage.out-of-turn" // a write where a read is due, or the other way round, or either after the last message
  | "usage.too-long" // the message would exceed 65535 bytes
  | "usage.not-complete" // before the last handshake message
  | "usage.already-split"
  | "usage.no-key" // a rekey of a CipherState that has no key
  | "usage.nonce-range" // not an integer from 0 to 2^64-1
  | "usage.nonce-exhausted" // n = 2^64-1, which is reserved
  | "usage.destroyed";

/** Thrown when the API is called wrongly, never because of bytes from the peer; its message holds no key material. */
export class NoiseUsageError extends Error {
  override readonly name = "NoiseUsageError";
  readonly code: NoiseUsageCode;

  constructor(code: NoiseUsageCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws NoiseUsageError `usage.byte-length` unless `bytes` has `length` bytes; `name` is the parameter's. */
export function requireLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new NoiseUsageError("usage.byte-length", `${name} must have ${length} bytes, not ${bytes.length}`);
  }
}
