import { checkOptions, type HandshakeOptions } from "./handshake-options.ts";
import { HandshakeState } from "./handshake-state.ts";

/**
 * Initialize(handshake_pattern, initiator, prologue, s, e, rs, re) of section 5.3: one party of a new handshake. Throws
 * NoiseUsageError where the options do not fit the pattern: `usage.protocol-name`, `usage.missing-key`,
 * `usage.unexpected-key`, `usage.byte-length`, `usage.bad-key`, `usage.psk-count`.
 */
export function createHandshake(options: HandshakeOptions): HandshakeState {
  return new HandshakeState(checkOptions(options));
}
