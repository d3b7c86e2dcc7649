import type { FullIdentity } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import { encodeBase64url } from "@countersign/wire";
import * as v from "valibot";
import { isRelay } from "../options.ts";
import {
  bytesField,
  formatPeer,
  formatSelf,
  Label,
  Number255,
  type Parsed,
  PeerField,
  parseJson,
  SelfField,
  Time,
} from "./fields.ts";

/** What may be known of a group's key, and is shown without its passphrase. */
export interface KeyFacts {
  /** What this user calls the key. */
  readonly label: string;
  /** 16 hexadecimal digits, the same for everybody who holds a share. */
  readonly id: string;
  readonly suite: "secp256k1-taproot" | "ed25519";
  /** Shares that are needed to sign. */
  readonly threshold: number;
  /** This user's number. */
  readonly number: number;
  /** Everybody who holds a share, by number. */
  readonly parties: readonly { readonly number: number; readonly label: string }[];
  /** The group's public key, as the suite writes it, in hexadecimal digits. */
  readonly publicKey: string;
  /** Where the holders look for each other. */
  readonly relay: string;
  /** In whose form its addresses are shown; mainnet's, if nothing was said when it was made. */
  readonly network?: "mainnet" | "testnet" | "regtest" | undefined;
  /** ISO 8601, UTC. */
  readonly created: string;
}

/** One share of a group's key, and what it takes to meet the other holders without a code. Secret. */
export interface GroupKey {
  readonly facts: KeyFacts;
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  /** All other holders. */
  readonly peers: readonly PinnedPeer[];
  /** 16 bytes: where these holders meet, and nobody else can compute it. */
  readonly group: Uint8Array;
  /** The share, as the signing package writes it. */
  readonly share: Uint8Array;
}

const facts = {
  version: v.literal(1),
  label: Label,
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  suite: v.picklist(["secp256k1-taproot", "ed25519"]),
  threshold: Number255,
  number: Number255,
  parties: v.array(v.strictObject({ number: Number255, label: Label })),
  publicKey: v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){32,33}$/)),
  relay: v.pipe(v.string(), v.check(isRelay)),
  network: v.optional(v.picklist(["mainnet", "testnet", "regtest"])),
  created: Time,
};

const FactsFile = v.strictObject(facts);

const KeyFile = v.strictObject({
  ...facts,
  self: SelfField,
  peers: v.array(PeerField),
  group: bytesField(16),
  share: bytesField(),
});

/** Writes what is public as JSON. */
export function formatFacts(known: KeyFacts): string {
  const { label, id, suite, threshold, number, parties, publicKey, relay, network, created } = known;
  const shown = parties.map((party) => ({ number: party.number, label: party.label }));
  const rest = { threshold, number, parties: shown, publicKey, relay, ...(network && { network }), created };
  const file: v.InferInput<typeof FactsFile> = { version: 1, label, id, suite, ...rest };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Writes a share with all that belongs to it as JSON. Secret. */
export function formatGroupKey({ facts: known, self, peers, group, share }: GroupKey): string {
  const file = {
    ...(JSON.parse(formatFacts(known)) as v.InferInput<typeof FactsFile>),
    self: formatSelf(self.label, self.identity),
    peers: peers.map(formatPeer),
    group: encodeBase64url(group),
    share: encodeBase64url(share),
  } satisfies v.InferInput<typeof KeyFile>;
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Reads what `formatFacts` wrote. */
export function parseFacts(text: string): Parsed<KeyFacts> {
  const parsed = parseJson(FactsFile, text);
  if (!parsed.ok) return parsed;
  const { version: _version, ...known } = parsed.value;
  return { ok: true, value: known };
}

/** Reads what `formatGroupKey` wrote. */
export function parseGroupKey(text: string): Parsed<GroupKey> {
  const parsed = parseJson(KeyFile, text);
  if (!parsed.ok) return parsed;
  const { version: _version, self, peers, group, share, ...known } = parsed.value;
  const { label, ...identity } = self;
  return { ok: true, value: { facts: known, self: { label, identity }, peers, group, share } };
}
