import type { CipherName, DhName, HashName } from "./backend.ts";
import { NoiseUsageError } from "./errors.ts";
import { type HandshakePattern, modify, parsePattern } from "./handshake-pattern.ts";
import { PATTERNS, type PatternName } from "./patterns.ts";

/** Section 8: what a protocol name says. */
export interface Protocol {
  readonly name: string;
  /** The pattern with its modifiers applied. */
  readonly pattern: HandshakePattern;
  readonly dh: DhName;
  readonly cipher: CipherName;
  readonly hash: HashName;
}

const NAME =
  /^Noise_([A-Z0-9]+)([a-z][a-z0-9]*(?:\+[a-z][a-z0-9]*)*)?_(25519)_(ChaChaPoly|AESGCM)_(SHA256|SHA512|BLAKE2s|BLAKE2b)$/;

/**
 * Section 8: reads a name like `Noise_XXpsk0+psk3_25519_ChaChaPoly_SHA256`. Throws NoiseUsageError
 * `usage.protocol-name` for everything that is not of the standard or does not fit together.
 */
export function parseProtocolName(name: string): Protocol {
  const [, base = "", modifiers, dh, cipher, hash] = NAME.exec(name) ?? [];
  if (!Object.hasOwn(PATTERNS, base)) throw refusal(name);
  let pattern = parsePattern(PATTERNS[base as PatternName]);
  let previous = "";
  for (const modifier of modifiers?.split("+") ?? []) {
    const modified = modify(pattern, modifier);
    // Section 8.1: where their order does not matter, modifiers are sorted, so that a protocol has one name.
    if (modified === undefined || (isPsk(previous) && isPsk(modifier) && modifier <= previous)) throw refusal(name);
    pattern = modified;
    previous = modifier;
  }
  return { name, pattern, dh: dh as DhName, cipher: cipher as CipherName, hash: hash as HashName };
}

function isPsk(modifier: string): boolean {
  return modifier.startsWith("psk");
}

function refusal(name: string): NoiseUsageError {
  return new NoiseUsageError("usage.protocol-name", `not a Noise protocol that is known here: ${name}`);
}
