import type { Backend, KeyPair, RandomBytes } from "./backend.ts";
import { copy, ZEROLEN } from "./bytes.ts";
import { NoiseUsageError, requireLength } from "./errors.ts";
import type { Token } from "./handshake-pattern.ts";
import { KEYLEN } from "./limits.ts";
import { portableBackend } from "./portable.ts";
import { type Protocol, parseProtocolName } from "./protocol-name.ts";
import { isSmallOrder } from "./small-order.ts";

/** Section 5.3: what Initialize() takes, and where the functions of section 4 come from. */
export interface HandshakeOptions {
  /** Section 8: for example `Noise_XX_25519_ChaChaPoly_SHA256`. */
  readonly protocol: string;
  /** Whether this party sends the first message. */
  readonly initiator: boolean;
  /** Section 6: any bytes that both sides must agree on; public; empty by default. */
  readonly prologue?: Uint8Array | undefined;
  /** The static key pair, exactly where the pattern has one for this party. Not copied: wiping it is the caller's. */
  readonly s?: KeyPair | undefined;
  /** The ephemeral key pair, for one handshake only; by default a fresh one. Not copied: wiping it is the caller's. */
  readonly e?: KeyPair | undefined;
  /** The peer's static public key (32 bytes), exactly where the pattern has it in a pre-message. */
  readonly rs?: Uint8Array | undefined;
  /** The peer's ephemeral public key (32 bytes), exactly where the pattern has it in a pre-message. */
  readonly re?: Uint8Array | undefined;
  /** Section 9: one PSK (32 bytes, secret) for each psk token, in the order of the tokens; copied. */
  readonly psks?: readonly Uint8Array[] | undefined;
  /** By default the portable backend. */
  readonly backend?: Backend | undefined;
  /** Where the ephemeral private key is drawn from; by default the platform's generator. */
  readonly randomBytes?: RandomBytes | undefined;
}

/** Options that fit their pattern, with the defaults filled in. */
export interface CheckedOptions {
  readonly protocol: Protocol;
  readonly initiator: boolean;
  readonly prologue: Uint8Array;
  readonly s: KeyPair | undefined;
  readonly e: KeyPair | undefined;
  readonly rs: Uint8Array | undefined;
  readonly re: Uint8Array | undefined;
  readonly psks: readonly Uint8Array[];
  readonly backend: Backend;
  readonly randomBytes: RandomBytes | undefined;
}

/**
 * Holds the options against the pattern, so that every key that a token will ask for is there. Throws NoiseUsageError
 * `usage.protocol-name`, `usage.missing-key`, `usage.unexpected-key`, `usage.byte-length`, `usage.bad-key`,
 * `usage.psk-count`.
 */
export function checkOptions(options: HandshakeOptions): CheckedOptions {
  const { protocol, sentBy, pskTokens } = demandsOf(options.protocol);
  const { initiator, s, e, rs, re, psks = [] } = options;
  const { preMessages } = protocol.pattern;
  const [known, expected] = initiator
    ? [preMessages.initiator, preMessages.responder]
    : [preMessages.responder, preMessages.initiator];
  const sent = initiator ? sentBy.initiator : sentBy.responder;

  checkUse("s", s, { needed: known.includes("s") || sent.includes("s") });
  checkUse("e", e, { needed: known.includes("e"), allowed: sent.includes("e") });
  checkUse("rs", rs, { needed: expected.includes("s") });
  checkUse("re", re, { needed: expected.includes("e") });
  for (const [name, pair] of [["s", s] as const, ["e", e] as const]) {
    if (pair === undefined) continue;
    requireLength(`${name}.publicKey`, pair.publicKey, KEYLEN);
  }

  if (psks.length !== pskTokens) {
    throw new NoiseUsageError("usage.psk-count", `the pattern takes ${pskTokens} PSKs, not ${psks.length}`);
  }
  for (const psk of psks) requireLength("a PSK", psk, KEYLEN);

  return {
    protocol,
    initiator,
    prologue: options.prologue ?? ZEROLEN,
    s,
    e,
    rs: checkPublicKey("rs", rs),
    re: checkPublicKey("re", re),
    psks: psks.map(copy),
    backend: options.backend ?? portableBackend,
    randomBytes: options.randomBytes,
  };
}

/** A protocol, and what its pattern asks for. */
interface Demands {
  readonly protocol: Protocol;
  readonly sentBy: { readonly initiator: readonly Token[]; readonly responder: readonly Token[] };
  readonly pskTokens: number;
}

/** Protocols that were parsed before, by their names, of which there are only so many. */
const parsed = new Map<string, Demands>();

function demandsOf(name: string): Demands {
  const before = parsed.get(name);
  if (before !== undefined) return before;
  const protocol = parseProtocolName(name);
  const { messages } = protocol.pattern;
  const sent = (initiator: boolean) => messages.filter((_, i) => isSentBy(initiator, i)).flat();
  const sentBy = { initiator: sent(true), responder: sent(false) };
  const pskTokens = messages.flat().filter((token) => token === "psk").length;
  const demands = { protocol, sentBy, pskTokens };
  parsed.set(name, demands);
  return demands;
}

/** Section 7.1: the initiator sends the first message, and then they take turns. */
export function isSentBy(initiator: boolean, position: number): boolean {
  return initiator === (position % 2 === 0);
}

// A static key that the pattern never uses would leave its owner believing that it was authenticated.
function checkUse(name: string, key: unknown, use: { needed: boolean; allowed?: boolean }): void {
  if (key === undefined && use.needed) throw new NoiseUsageError("usage.missing-key", `the pattern needs ${name}`);
  if (key !== undefined && !use.needed && use.allowed !== true) {
    throw new NoiseUsageError("usage.unexpected-key", `the pattern has no use for ${name}`);
  }
}

function checkPublicKey(name: string, publicKey: Uint8Array | undefined): Uint8Array | undefined {
  if (publicKey === undefined) return undefined;
  requireLength(name, publicKey, KEYLEN);
  if (isSmallOrder(publicKey)) throw new NoiseUsageError("usage.bad-key", `${name} is of small order`);
  return copy(publicKey);
}
