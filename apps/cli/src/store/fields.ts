import type { FullIdentity } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import { checkLabel, decodeBase64url, encodeBase64url } from "@countersign/wire";
import * as v from "valibot";

/** A name as others may be shown it. */
export const Label = v.pipe(
  v.string(),
  v.check((text) => checkLabel(text).ok, "is no valid label"),
);

/** ISO 8601, UTC. */
export const Time = v.pipe(v.string(), v.isoTimestamp());

/** A party's number. */
export const Number255 = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(255));

/** So many bytes in base64url; any number of them if it is not said. */
export function bytesField(length?: number) {
  return v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const bytes = decodeBase64url(dataset.value);
      if (bytes.ok && (length === undefined || bytes.value.length === length)) return bytes.value;
      addIssue({ message: "is not what it should be in base64url" });
      return NEVER;
    }),
  );
}

const Key = bytesField(32);

/** One's own label and keys. Secret. */
export const SelfField = v.strictObject({
  label: Label,
  noiseStatic: v.strictObject({ privateKey: Key, publicKey: Key }),
  ed25519: v.strictObject({ secretKey: Key, publicKey: Key }),
});

/** A peer whose keys are pinned. Secret. */
export const PeerField = v.strictObject({
  number: Number255,
  label: Label,
  noiseStatic: Key,
  ed25519: Key,
  linkPsk: Key,
});

/** A label and the keys behind it as a file has them. */
export function formatSelf(label: string, { noiseStatic, ed25519 }: FullIdentity): v.InferInput<typeof SelfField> {
  return {
    label,
    noiseStatic: {
      privateKey: encodeBase64url(noiseStatic.privateKey),
      publicKey: encodeBase64url(noiseStatic.publicKey),
    },
    ed25519: { secretKey: encodeBase64url(ed25519.secretKey), publicKey: encodeBase64url(ed25519.publicKey) },
  };
}

/** A pinned peer as a file has it. */
export function formatPeer(peer: PinnedPeer): v.InferInput<typeof PeerField> {
  return {
    number: peer.number,
    label: peer.label,
    noiseStatic: encodeBase64url(peer.noiseStatic),
    ed25519: encodeBase64url(peer.ed25519),
    linkPsk: encodeBase64url(peer.linkPsk),
  };
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string };

/** Reads JSON by a schema. What is wrong is said by the name of its field, never by its value. */
export function parseJson<Schema extends v.GenericSchema>(schema: Schema, text: string): Parsed<v.InferOutput<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, detail: "it is not JSON" };
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return { ok: true, value: parsed.output };
  const [issue] = parsed.issues;
  return { ok: false, detail: `its field "${v.getDotPath(issue) ?? "(all)"}" is missing or wrong` };
}
