import { describe, describeFacts, describeParty, type Json } from "../describe.ts";
import { codeKey } from "../protocol/code.ts";
import { type FirstContact, type FirstContactOptions, firstContact } from "../protocol/first-contact.ts";
import { firstAt, fixedUuid, makeParty, type PartySecrets, type SessionFacts } from "../protocol/party.ts";
import { type ReLink, type ReLinkOptions, reLink } from "../protocol/re-link.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { BEGIN } from "./session-script.ts";

// All refusals are of one pair: Bob (2) calls alice (1).
export const facts: SessionFacts = {
  group: fixedUuid("refusal/group"),
  session: fixedUuid("refusal/session"),
  kind: "exchange",
  parties: 2,
  threshold: 2,
};
export const alice = makeParty("refusal", 1, "alice");
export const bob = makeParty("refusal", 2, "Bob");
export const at = firstAt(bob, alice, BEGIN);
export const { prk } = codeKey("aimless-almighty-adrift-antenna", facts);
export const linkPsk = fixedRandom("refusal/link_psk", 32);

/** A first contact of the two, with whatever is different about it. */
export function contact(changes: Partial<FirstContactOptions> = {}): FirstContact {
  return firstContact({ facts, I: bob, R: alice, at, prk: { I: prk, R: prk }, label: "refusal/pair", ...changes });
}

/** A re-link of the two, with whatever is different about it. */
export function link(changes: Partial<ReLinkOptions> = {}): ReLink {
  return reLink({ facts, I: bob, R: alice, at, linkPsk, label: "refusal/link", ...changes });
}

export type Step =
  /** The endpoint is told to begin. */
  | { readonly call: number; readonly draws: readonly Uint8Array[] }
  | { readonly receive: Uint8Array; readonly draws?: readonly Uint8Array[] }
  | { readonly send: Uint8Array }
  /** The packet that the scenario is about. */
  | { readonly refuse: Uint8Array; readonly draws?: readonly Uint8Array[] };

export type Layer = "wire" | "exchange" | "spake2" | "confirmation" | "noise" | "payload" | "identity";

export interface Expectation {
  readonly layer: Layer;
  readonly code: string;
  /** drop: nothing has changed; guess: a guess is charged as well; end: the session is over. */
  readonly outcome: "drop" | "guess" | "end";
}

export interface Refusal {
  readonly title: string;
  readonly section: string;
  /** The end that has to refuse. */
  readonly endpoint: "alice" | "Bob";
  /** By code unless it says otherwise. */
  readonly trust?: "pin";
  /** Keys that are pinned of the peer although a code is used. */
  readonly pinned?: PartySecrets;
  readonly steps: readonly Step[];
  readonly expect: Expectation;
}

/** One file: an endpoint with all its secrets, and what it is told and sent. */
export function refusal(name: string, { title, section, endpoint, trust, pinned, steps, expect }: Refusal): Scenario {
  const [self, peer] = endpoint === "alice" ? [alice, bob] : [bob, alice];
  const pin = trust === "pin" ? peer : pinned;
  const trusted: Json =
    pin === undefined
      ? describe({ prk })
      : describe({
          ...(trust === "pin" ? {} : { prk }),
          pin: { label: pin.label, static: pin.noiseStatic.publicKey, ed25519: pin.ed25519.publicKey, linkPsk },
        });
  return {
    name,
    format: "refusal",
    title,
    spec: [`0003, section ${section}`],
    content: {
      session: describeFacts(facts),
      endpoint: describeParty(self),
      peer: describe({ number: peer.number, eid: peer.eid, versions: peer.versions }),
      trust: trusted,
      unixSeconds: BEGIN,
      steps: steps.map((step) => describe({ ...step })),
      expect: { ...expect },
    },
  };
}
