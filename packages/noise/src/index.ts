export type {
  Backend,
  CipherFunctions,
  CipherKey,
  CipherName,
  DhFunctions,
  DhName,
  HashFunctions,
  HashName,
  KeyPair,
  RandomBytes,
} from "./backend.ts";
export type { AeadKey } from "./cipher-functions.ts";
export { CipherState } from "./cipher-state.ts";
export { createBackend, type Primitives } from "./create-backend.ts";
export { createHandshake } from "./create-handshake.ts";
export type { X25519 } from "./dh-functions.ts";
export { type NoiseUsageCode, NoiseUsageError } from "./errors.ts";
export type { HandshakeOptions } from "./handshake-options.ts";
export type { HandshakePattern, MessagePattern, PreMessagePattern, Token } from "./handshake-pattern.ts";
export type { HandshakeState } from "./handshake-state.ts";
export { hkdf2, hkdf3, hmac } from "./hkdf.ts";
export { MAX_MESSAGE_LENGTH, MAX_NONCE } from "./limits.ts";
export { PATTERNS, type PatternName } from "./patterns.ts";
export { portableBackend } from "./portable.ts";
export { type Protocol, parseProtocolName } from "./protocol-name.ts";
export { rekey } from "./rekey.ts";
export type { DecryptResult, NoiseFailure, NoiseFailureCode, ReadResult } from "./results.ts";
export type { Split, SplitKeys } from "./split.ts";
