import type { KeyPair } from "./backend.ts";
import { wipe } from "./bytes.ts";
import type { CheckedOptions } from "./handshake-options.ts";
import type { MessagePattern, Token } from "./handshake-pattern.ts";
import { TAGLEN } from "./limits.ts";
import { SymmetricState } from "./symmetric-state.ts";

/** Section 5.3: the variables of a HandshakeState that a message may change. */
export interface HandshakeVariables {
  readonly symmetricState: SymmetricState;
  /** Secret. */
  e: KeyPair | undefined;
  rs: Uint8Array | undefined;
  re: Uint8Array | undefined;
  /** How many psk tokens were processed. */
  pskPosition: number;
}

/** The steps of Initialize(): the name, the prologue and the public keys of the pre-messages. */
export function initialize(options: CheckedOptions): HandshakeVariables {
  const { protocol, backend, initiator, s, e, rs, re } = options;
  const symmetricState = SymmetricState.initialize(
    protocol.name,
    backend.hash(protocol.hash),
    backend.cipher(protocol.cipher),
  );
  symmetricState.mixHash(options.prologue);
  const local = { e: e?.publicKey, s: s?.publicKey };
  const remote = { e: re, s: rs };
  const { preMessages } = protocol.pattern;
  const keys = [
    ...preMessages.initiator.map((token) => ({ token, key: (initiator ? local : remote)[token] })),
    ...preMessages.responder.map((token) => ({ token, key: (initiator ? remote : local)[token] })),
  ];
  for (const { token, key } of keys) {
    if (token === "e") mixEphemeral(symmetricState, present(key), options);
    else symmetricState.mixHash(present(key));
  }
  return { symmetricState, e, rs, re, pskPosition: 0 };
}

/** A copy to process a message on, so that one that fails leaves no trace in the original. */
export function fork(variables: HandshakeVariables): HandshakeVariables {
  return { ...variables, symmetricState: variables.symmetricState.fork() };
}

/** What every "e" token does with the public key; in a PSK handshake it is mixed into the key too (section 9.2). */
export function mixEphemeral(symmetricState: SymmetricState, publicKey: Uint8Array, options: CheckedOptions): void {
  symmetricState.mixHash(publicKey);
  if (options.psks.length > 0) symmetricState.mixKey(publicKey);
}

/** The tokens that are processed alike by the one who writes and the one who reads; false where DH() has no output. */
export function mixToken(
  token: Exclude<Token, "e" | "s">,
  variables: HandshakeVariables,
  options: CheckedOptions,
): boolean {
  if (token === "psk") {
    variables.symmetricState.mixKeyAndHash(present(options.psks[variables.pskPosition]));
    variables.pskPosition += 1;
    return true;
  }
  const output = dh(token, variables, options);
  if (output === undefined) return false;
  variables.symmetricState.mixKey(output);
  wipe(output);
  return true;
}

function dh(
  token: "ee" | "es" | "se" | "ss",
  { e, rs, re }: HandshakeVariables,
  { initiator, s, backend }: CheckedOptions,
): Uint8Array | undefined {
  const DH = (keyPair: KeyPair | undefined, publicKey: Uint8Array | undefined) =>
    backend.dh.dh(present(keyPair), present(publicKey));
  switch (token) {
    case "ee":
      return DH(e, re);
    case "es":
      return initiator ? DH(e, rs) : DH(s, re);
    case "se":
      return initiator ? DH(s, re) : DH(e, rs);
    case "ss":
      return DH(s, rs);
  }
}

/** The bytes of a message beside its payload, before it is processed. */
export function overhead(pattern: MessagePattern, variables: HandshakeVariables, options: CheckedOptions): number {
  const { DHLEN } = options.backend.dh;
  let hasKey = variables.symmetricState.hasKey();
  let length = 0;
  for (const token of pattern) {
    if (token === "e") length += DHLEN;
    if (token === "s") length += hasKey ? DHLEN + TAGLEN : DHLEN;
    hasKey ||= token === "e" ? options.psks.length > 0 : token !== "s";
  }
  return hasKey ? length + TAGLEN : length;
}

/** A value that the checked options and the validity of the pattern (section 7.3) promise to be there. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a valid pattern asks for no key that is not there");
  return value;
}
