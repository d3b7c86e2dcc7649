import { hex } from "./protocol/bytes.ts";
import type { FirstContact } from "./protocol/first-contact.ts";
import type { GroupLink } from "./protocol/group-link.ts";
import type { PartySecrets, SessionFacts } from "./protocol/party.ts";
import type { ReLink } from "./protocol/re-link.ts";
import type { Sas } from "./protocol/sas.ts";

/** A value of JSON; byte strings become hexadecimal, u64 decimal strings. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

type Describable = Uint8Array | bigint | string | number | boolean | readonly Describable[] | Described;
interface Described {
  readonly [key: string]: Describable | undefined;
}

/** Turns values into JSON; keys without a value are left out. */
export function describe(value: Describable): Json {
  if (value instanceof Uint8Array) return hex(value);
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(describe);
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).filter((entry): entry is [string, Describable] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, describe(item)]));
}

export function describeFacts({ group, session, kind, parties, threshold }: SessionFacts): Json {
  return describe({ group, session, kind, parties, threshold });
}

export function describeParty({ number, label, eid, versions, noiseStatic, ed25519 }: PartySecrets): Json {
  return describe({ number, label, eid, versions, static: keys(noiseStatic), ed25519: keys(ed25519) });
}

/** Every value of a first contact, in the order of spec 0003, section 5. */
export function describeFirstContact(contact: FirstContact): Json {
  const { roles, at, ctx, ctxh, w, idA, idB, pake, psk, prologue, payloads, packets } = contact;
  const { handshakeHash, k1, k2, exporter, linkPsk, contactGroup } = contact;
  const { K, TT, Ke, Ka, KcA, KcB, cA, cB } = pake.I;
  return describe({
    initiator: roles.I.number,
    responder: roles.R.number,
    ...{ at, ctx, ctxh, w: w.I, idA, idB },
    I: { ...end(contact, "I"), spake2Random: contact.random.I, x: pake.x, pA: pake.pA },
    R: { ...end(contact, "R"), spake2Random: contact.random.R, y: pake.y, pB: pake.pB },
    ...{ K, TT, Ke, Ka, KcA, KcB, cA, cB, psk, prologue, payloads, packets },
    ...{ handshakeHash, k1, k2, exporter, linkPsk, contactGroup },
  });
}

/** Every value of a re-link, in the order of spec 0003, section 7. */
export function describeReLink(link: ReLink, linkPsk: Uint8Array): Json {
  const { roles, at, ctx, ctxh, prologue, payloads, packets, handshakeHash, k1, k2 } = link;
  return describe({
    initiator: roles.I.number,
    responder: roles.R.number,
    ...{ at, linkPsk, ctx, ctxh, I: end(link, "I"), R: end(link, "R"), prologue, payloads, packets },
    ...{ handshakeHash, k1, k2 },
  });
}

/** Every value of a group link, in the order of spec 0012. */
export function describeGroupLink({ GT, ends, pairs }: GroupLink): Json {
  return describe({
    GT,
    ends: ends.map(({ party, ephemeral, exch, token, packet }) => {
      return { number: party.number, ephemeral: keys(ephemeral), exch, token, packet };
    }),
    pairs: pairs.map(({ roles, linkPsk, gctx, ee, es, se, ss, kA, kB }) => {
      return { A: roles.A.number, B: roles.B.number, linkPsk, gctx, ee, es, se, ss, kA, kB };
    }),
  });
}

export function describeSas({ GT, shares, b, words, digits }: Sas): Json {
  return describe({ GT, parties: shares.map((share) => ({ ...share })), b, words, digits });
}

function end({ ephemeral, exch, tokens }: Pick<ReLink, "ephemeral" | "exch" | "tokens">, role: "I" | "R") {
  return { ephemeral: keys(ephemeral[role]), exch: exch[role], token: tokens[role] };
}

function keys({ privateKey, publicKey }: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }) {
  return { private: privateKey, public: publicKey };
}
