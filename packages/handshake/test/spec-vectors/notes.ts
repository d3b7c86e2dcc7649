import { encodeHex } from "@countersign/wire";
import { expect, test } from "vitest";
import { type NoteContext, openNote, sealNote } from "../../src/note/sealed-note.ts";
import { unhex } from "../support/shared-vectors.ts";
import { RecordedRandom, type VectorFile } from "./vector-files.ts";

interface NotePartyJson {
  readonly number: number;
  readonly static: { readonly private: string; readonly public: string };
}

export interface NoteVector extends VectorFile {
  readonly from: NotePartyJson;
  readonly to: NotePartyJson;
  readonly opened: readonly {
    readonly group: string;
    readonly session: string;
    readonly about: 1 | 2;
    readonly linkPsk: string;
    readonly ephemeral: string;
    readonly content: string;
    readonly note: string;
  }[];
  readonly refused: readonly { readonly why: string; readonly note: string }[];
}

/** Both ends of each note, and what the receiver of the first one has to refuse. */
export function testNotes({ from, to, opened, refused }: NoteVector): void {
  const ends = opened.map(({ group, session, about, linkPsk, ...note }) => {
    const subject = about === 1 ? "proposal" : "signed";
    const context: NoteContext = {
      ...{ group: unhex(group), session: unhex(session), subject, from: from.number, to: to.number },
    };
    return { ...note, subject, context, linkPsk: unhex(linkPsk) };
  });

  test.each(ends)("about $subject: sealed and opened", ({ context, linkPsk, ephemeral, content, note }) => {
    const random = new RecordedRandom();
    random.record([ephemeral]);
    const sealed = sealNote(unhex(content), {
      ...context,
      staticKey: keyPairOf(from),
      pin: pinOf(to, linkPsk),
      randomBytes: random.bytes,
    });
    expect(encodeHex(sealed)).toBe(note);
    const found = openNote(unhex(note), { ...context, staticKey: keyPairOf(to), pin: pinOf(from, linkPsk) });
    expect(encodeHex(found ?? new Uint8Array(0))).toBe(content);
  });

  test.each(refused)("refused: $why", ({ note }) => {
    const [first] = ends;
    if (first === undefined) throw new Error("no note is opened");
    const options = { ...first.context, staticKey: keyPairOf(to), pin: pinOf(from, first.linkPsk) };
    expect(openNote(unhex(note), options)).toBeUndefined();
  });
}

function keyPairOf({ static: { private: privateKey, public: publicKey } }: NotePartyJson) {
  return { privateKey: unhex(privateKey), publicKey: unhex(publicKey) };
}

function pinOf({ static: { public: noiseStatic } }: NotePartyJson, linkPsk: Uint8Array) {
  return { noiseStatic: unhex(noiseStatic), ed25519: new Uint8Array(32), linkPsk };
}
