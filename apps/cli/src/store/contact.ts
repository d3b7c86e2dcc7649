import type { FullIdentity } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import { checkLabel, decodeBase64url, encodeBase64url } from "@countersign/wire";
import * as v from "valibot";

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

const Label = v.pipe(
  v.string(),
  v.check((text) => checkLabel(text).ok, "is no valid label"),
);
const Key = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const bytes = decodeBase64url(dataset.value);
    if (bytes.ok && bytes.value.length === 32) return bytes.value;
    addIssue({ message: "is not 32 bytes in base64url" });
    return NEVER;
  }),
);
const Time = v.pipe(v.string(), v.isoTimestamp());

const ContactFile = v.strictObject({
  version: v.literal(1),
  label: Label,
  relay: v.pipe(v.string(), v.url()),
  self: v.strictObject({
    label: Label,
    noiseStatic: v.strictObject({ privateKey: Key, publicKey: Key }),
    ed25519: v.strictObject({ secretKey: Key, publicKey: Key }),
  }),
  peer: v.strictObject({
    number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(255)),
    label: Label,
    noiseStatic: Key,
    ed25519: Key,
    linkPsk: Key,
  }),
  created: Time,
  lastUsed: Time,
});

/** Writes a contact as the JSON of its file. Holds secrets. */
export function formatContact({ label, relay, self, peer, created, lastUsed }: Contact): string {
  const { noiseStatic, ed25519 } = self.identity;
  const file: v.InferInput<typeof ContactFile> = {
    version: 1,
    label,
    relay,
    self: {
      label: self.label,
      noiseStatic: {
        privateKey: encodeBase64url(noiseStatic.privateKey),
        publicKey: encodeBase64url(noiseStatic.publicKey),
      },
      ed25519: { secretKey: encodeBase64url(ed25519.secretKey), publicKey: encodeBase64url(ed25519.publicKey) },
    },
    peer: {
      number: peer.number,
      label: peer.label,
      noiseStatic: encodeBase64url(peer.noiseStatic),
      ed25519: encodeBase64url(peer.ed25519),
      linkPsk: encodeBase64url(peer.linkPsk),
    },
    created,
    lastUsed,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export type ParsedContact =
  | { readonly ok: true; readonly contact: Contact }
  | { readonly ok: false; readonly detail: string };

/** Reads the JSON of a contact's file. What is wrong is said by the name of its field, never by its value. */
export function parseContact(text: string): ParsedContact {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, detail: "it is not JSON" };
  }
  const parsed = v.safeParse(ContactFile, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return { ok: false, detail: `its field "${v.getDotPath(issue) ?? "(all)"}" is missing or wrong` };
  }
  const { version: _version, self, ...rest } = parsed.output;
  const { label, ...identity } = self;
  return { ok: true, contact: { ...rest, self: { label, identity } } };
}
