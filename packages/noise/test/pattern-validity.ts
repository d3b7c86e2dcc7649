import type { HandshakePattern } from "@countersign/noise";

type Role = "initiator" | "responder";
const PEER = { initiator: "responder", responder: "initiator" } as const;

/** The key of each party that a DH token names. */
const KEYS = {
  ee: { initiator: "e", responder: "e" },
  es: { initiator: "e", responder: "s" },
  se: { initiator: "s", responder: "e" },
  ss: { initiator: "s", responder: "s" },
} as const;

/** Everything in which a pattern violates the validity rules of sections 7.3 and 9.3, by the number of the rule. */
export function violations({ preMessages, messages }: HandshakePattern): string[] {
  const found: string[] = [];
  const sent = { initiator: new Set<string>(preMessages.initiator), responder: new Set<string>(preMessages.responder) };
  const done = new Set<string>();
  let hasPsk = false;

  const mayEncrypt = (role: Role) => {
    for (const [token, keys] of Object.entries(KEYS)) {
      if (!done.has(token) || keys[role] !== "s") continue;
      // Rule 4: with the same remote key there has to be a DH of the local ephemeral key too.
      const needed = Object.entries(KEYS).find(([, k]) => k[role] === "e" && k[PEER[role]] === keys[PEER[role]])?.[0];
      if (!done.has(`${needed}`)) found.push(`4: the ${role} encrypts after ${token} without ${needed}`);
    }
    if (hasPsk && !sent[role].has("e")) found.push(`psk: the ${role} encrypts without having sent e`);
  };

  messages.forEach((tokens, i) => {
    const role: Role = i % 2 === 0 ? "initiator" : "responder";
    for (const token of tokens) {
      if (token === "psk") {
        hasPsk = true;
      } else if (token === "e" || token === "s") {
        if (token === "s" && (done.size > 0 || hasPsk)) mayEncrypt(role);
        if (sent[role].has(token)) found.push(`2: ${token} sent twice`);
        sent[role].add(token);
      } else {
        const keys = KEYS[token];
        if (done.has(token)) found.push(`3: ${token} twice`);
        if (!sent.initiator.has(keys.initiator) || !sent.responder.has(keys.responder)) {
          found.push(`1: ${token} without the keys`);
        }
        done.add(token);
      }
    }
    if (done.size > 0 || hasPsk) mayEncrypt(role);
  });
  return found;
}
