import type { FullIdentity } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import * as v from "valibot";
import { isRelay } from "../options.ts";
import { formatPeer, formatSelf, Label, PeerField, parseJson, SelfField, Time } from "./fields.ts";

/** Somebody to meet again without a code: own keys for this peer alone, and what was pinned after the SAS. */
export interface Contact {
  /** What this user calls the peer. */
  readonly label: string;
  /** Where the two met, and will look for each other. */
  readonly relay: string;
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  /** Keys and psk, and what the peer called itself. */
  readonly peer: PinnedPeer;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly lastUsed: string;
}

const ContactFile = v.strictObject({
  version: v.literal(1),
  label: Label,
  relay: v.pipe(v.string(), v.check(isRelay)),
  self: SelfField,
  peer: PeerField,
  created: Time,
  lastUsed: Time,
});

/** Writes a contact as the JSON of its file. Holds secrets. */
export function formatContact({ label, relay, self, peer, created, lastUsed }: Contact): string {
  const file: v.InferInput<typeof ContactFile> = {
    version: 1,
    label,
    relay,
    self: formatSelf(self.label, self.identity),
    peer: formatPeer(peer),
    created,
    lastUsed,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export type ParsedContact =
  | { readonly ok: true; readonly contact: Contact }
  | { readonly ok: false; readonly detail: string };

/** Reads the JSON of a contact's file. */
export function parseContact(text: string): ParsedContact {
  const parsed = parseJson(ContactFile, text);
  if (!parsed.ok) return parsed;
  const { version: _version, self, ...rest } = parsed.value;
  const { label, ...identity } = self;
  return { ok: true, contact: { ...rest, self: { label, identity } } };
}
