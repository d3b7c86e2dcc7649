import { type Backend, createHandshake, type KeyPair } from "@countersign/noise";
import { concat, lp, padPayload, payloadSizes, UsageError, u8, u16, unpadPayload, utf8 } from "@countersign/wire";
import type { Pin } from "../pin.ts";

/** What a note is about: something to be signed, or something that was. */
export type NoteSubject = "proposal" | "signed";

/** Where a note belongs; bound into it. All public. */
export interface NoteContext {
  /** 16 bytes: the group of a key. */
  readonly group: Uint8Array;
  /** 16 bytes: the session that it is about. */
  readonly session: Uint8Array;
  readonly subject: NoteSubject;
  /** Number of the sender in the key. */
  readonly from: number;
  /** Number of the receiver in the key. */
  readonly to: number;
}

interface NoteKeys {
  /** One's own X25519 static key pair; its `privateKey` is secret. */
  readonly staticKey: KeyPair;
  /** Of the other end. */
  readonly pin: Pin;
  readonly backend?: Backend;
}

/** Uniform random bytes for the ephemeral key. */
export interface SealNoteOptions extends NoteContext, NoteKeys {
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface OpenNoteOptions extends NoteContext, NoteKeys {}

const PROTOCOL = "Noise_Kpsk0_25519_ChaChaPoly_SHA256";
/** Bytes of the longest note: padded, its length in front, it fills the larger size. */
export const LONGEST_NOTE = Math.max(...payloadSizes) - 2;

/**
 * Seals a note for a pinned party that need not be there: one message of Noise Kpsk0 (spec 0003, section 7.5), 304 bytes
 * for up to 254 and 1,072 for up to `LONGEST_NOTE`. Throws `UsageError` above.
 */
export function sealNote(content: Uint8Array, options: SealNoteOptions): Uint8Array {
  if (content.length > LONGEST_NOTE) {
    throw new UsageError("usage.too-long", `a note has at most ${LONGEST_NOTE} bytes`);
  }
  const noise = begin(options, { initiator: true, randomBytes: options.randomBytes });
  const sealed = noise.writeMessage(padPayload(content));
  noise.destroy();
  return sealed;
}

/** Opens a note of a pinned party; undefined if it is not of this party, or belongs somewhere else. */
export function openNote(sealed: Uint8Array, options: OpenNoteOptions): Uint8Array | undefined {
  const noise = begin(options, { initiator: false });
  const read = noise.readMessage(sealed);
  noise.destroy();
  if (!read.ok) return undefined;
  const content = unpadPayload(read.payload);
  return content.ok ? content.value : undefined;
}

function begin(
  { group, session, subject, from, to, staticKey, pin, backend }: OpenNoteOptions,
  role: { readonly initiator: boolean; readonly randomBytes?: SealNoteOptions["randomBytes"] },
): ReturnType<typeof createHandshake> {
  const prologue = concat(
    utf8("countersign/1 note"),
    lp(group),
    lp(session),
    u8(subject === "proposal" ? 1 : 2),
    u16(from),
    u16(to),
  );
  return createHandshake({
    protocol: PROTOCOL,
    ...role,
    prologue,
    s: staticKey,
    rs: pin.noiseStatic,
    psks: [pin.linkPsk],
    backend,
  });
}
