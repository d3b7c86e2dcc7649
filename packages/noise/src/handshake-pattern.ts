/** Section 7.1, and section 9.2 for psk. */
export type Token = "e" | "s" | "ee" | "es" | "se" | "ss" | "psk";

/** Section 7.1: the tokens of one message. */
export type MessagePattern = readonly Token[];

/** Section 7.1: the public keys that are known before the handshake: "e", "s", "e, s" or none. */
export type PreMessagePattern = readonly ("e" | "s")[];

/** Section 7.1, in canonical form (section 7.2): the initiator sends the first message. */
export interface HandshakePattern {
  readonly preMessages: { readonly initiator: PreMessagePattern; readonly responder: PreMessagePattern };
  readonly messages: readonly MessagePattern[];
}

/** Reads the lines of a pattern in the notation of the standard: what stands above "..." are the pre-messages. */
export function parsePattern(lines: readonly string[]): HandshakePattern {
  const delimiter = lines.indexOf("...");
  const preMessages = lines.slice(0, Math.max(delimiter, 0));
  return {
    preMessages: { initiator: preMessage(preMessages, "->"), responder: preMessage(preMessages, "<-") },
    messages: lines.slice(delimiter + 1).map(tokens),
  };
}

/** Applies a modifier by its rule; undefined where there is no such modifier or it does not fit the pattern. */
export function modify(pattern: HandshakePattern, modifier: string): HandshakePattern | undefined {
  if (modifier === "fallback") return fallback(pattern);
  const n = /^psk([0-9])$/.exec(modifier)?.[1];
  return n === undefined ? undefined : psk(pattern, Number(n));
}

/** Section 9.4: psk0 stands at the beginning of the first message, pskN at the end of the N-th. */
function psk(pattern: HandshakePattern, n: number): HandshakePattern | undefined {
  if (n > pattern.messages.length) return undefined;
  const messages = pattern.messages.map((message, i): MessagePattern => {
    if (n === 0 && i === 0) return ["psk", ...message];
    return i + 1 === n ? [...message, "psk"] : message;
  });
  return { ...pattern, messages };
}

/**
 * Section 10.2: Alice's first message becomes a pre-message and Bob the initiator. In canonical form Alice is therefore
 * the responder: the pre-messages change sides, and es and se change places (section 7.2).
 */
function fallback(pattern: HandshakePattern): HandshakePattern | undefined {
  const [first, ...rest] = pattern.messages;
  if (first === undefined || !first.every((token) => token === "e" || token === "s")) {
    return undefined;
  }
  const alice: MessagePattern = [...pattern.preMessages.initiator, ...first];
  return {
    preMessages: { initiator: pattern.preMessages.responder, responder: asPreMessage(alice) },
    messages: rest.map((message) => message.map(reversed)),
  };
}

function reversed(token: Token): Token {
  if (token === "es") return "se";
  return token === "se" ? "es" : token;
}

function preMessage(lines: readonly string[], arrow: "->" | "<-"): PreMessagePattern {
  return asPreMessage(lines.filter((line) => line.startsWith(arrow)).flatMap(tokens));
}

function asPreMessage(known: MessagePattern): PreMessagePattern {
  return (["e", "s"] as const).filter((token) => known.includes(token));
}

function tokens(line: string): MessagePattern {
  return line.slice("-> ".length).split(", ") as Token[];
}
