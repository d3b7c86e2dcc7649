import { type NoteSubject, openNote, type PinnedPeer, sealNote } from "@countersign/handshake";
import { dialectLimits, type EventParams } from "@countersign/rpc";
import { decodeBase64url, encodeBase64url } from "@countersign/wire";
import type { KeyPlace } from "./key-place.ts";
import type { RandomBytes } from "./ports.ts";

/** What a note says, and where it belongs. */
export interface Note {
  readonly subject: NoteSubject;
  /** 16 bytes. */
  readonly session: Uint8Array;
  /** At most 1,022 bytes; 254 are sealed in a fourth of the room. */
  readonly content: Uint8Array;
}

/** The same note for each of the others, as the relay passes it on: as few messages as its limit allows. */
export function sealForAll(place: KeyPlace, note: Note, randomBytes: RandomBytes): readonly SealedNotes[] {
  const messages: { readonly from: number; readonly notes: { to: number; note: string }[] }[] = [];
  let room = 0;
  for (const pin of place.pins) {
    const one = { to: pin.number, note: encodeBase64url(seal(place, { note, pin, randomBytes })) };
    const size = one.note.length + FRAME;
    if (size > room) {
      messages.push({ from: place.number, notes: [] });
      room = dialectLimits.value - FRAME;
    }
    messages.at(-1)?.notes.push(one);
    room -= size;
  }
  return messages;
}

/** The note for this party in what the relay has passed on, and who has sealed it; undefined if there is none. */
export function openOwn(
  place: KeyPlace,
  { subject, session }: Omit<Note, "content">,
  message: EventParams<"proposal">["message"],
): { readonly from: number; readonly content: Uint8Array } | undefined {
  if (!isSealedNotes(message)) return undefined;
  const { from, notes } = message;
  const pin = place.pins.find(({ number }) => number === from);
  const own = notes.find((one) => one?.to === place.number)?.note;
  const sealed = typeof own === "string" ? decodeBase64url(own) : undefined;
  if (pin === undefined || sealed?.ok !== true) return undefined;
  const { group, number: to, identity } = place;
  const where = { group, session, subject, from, to, staticKey: identity.noiseStatic };
  const content = openNote(sealed.value, { ...where, pin });
  return content && { from, content };
}

/** What the relay passes on: one sealed note for each receiver, base64url. */
export interface SealedNotes {
  readonly from: number;
  readonly notes: readonly { readonly to: number; readonly note: string }[];
}

/** Characters of JSON round a note, or round all of them: an upper bound. */
const FRAME = 64;

function seal(
  { group, number, identity }: KeyPlace,
  { note, pin, randomBytes }: { readonly note: Note; readonly pin: PinnedPeer; readonly randomBytes: RandomBytes },
): Uint8Array {
  const { subject, session, content } = note;
  const where = { group, session, subject, from: number, to: pin.number, staticKey: identity.noiseStatic };
  return sealNote(content, { ...where, pin, randomBytes });
}

/** Anything may stand there: whoever is in the group has sent it. */
function isSealedNotes(message: unknown): message is {
  readonly from: unknown;
  readonly notes: readonly ({ to?: unknown; note?: unknown } | null)[];
} & SealedNotes {
  return typeof message === "object" && message !== null && "notes" in message && Array.isArray(message.notes);
}
