import { describe } from "../describe.ts";
import { text } from "../protocol/bytes.ts";
import { type NoteOptions, sealNote } from "../protocol/note.ts";
import { fixedUuid, makeParty, type PartySecrets } from "../protocol/party.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { flip } from "./tamper.ts";

const alice = makeParty("note", 1, "alice");
const bob = makeParty("note", 3, "Bob");
const mallory = makeParty("note", 2, "Mallory");
const proposal: NoteOptions = {
  from: alice,
  to: bob,
  group: fixedUuid("note/group"),
  session: fixedUuid("note/session"),
  about: 1,
  linkPsk: fixedRandom("note/link_psk", 32),
  content: text("12,000 sat to bc1p…"),
  ephemeral: fixedRandom("note/proposal/ephemeral", 32),
};
const signed: NoteOptions = {
  ...proposal,
  about: 2,
  content: fixedRandom("note/longest", 1_022),
  ephemeral: fixedRandom("note/signed/ephemeral", 32),
};

function partyOf({ number, noiseStatic }: PartySecrets) {
  return { number, static: { private: noiseStatic.privateKey, public: noiseStatic.publicKey } };
}

function describeNote(options: NoteOptions) {
  const { group, session, about, linkPsk, content, ephemeral } = options;
  const { prologue, payload, note } = sealNote(options);
  return describe({ group, session, about, linkPsk, ephemeral, content, prologue, payload, note });
}

/** Notes that are opened, and one that is held out where it does not belong, each difference by itself. */
export function notes(): readonly Scenario[] {
  const { note } = sealNote(proposal);
  const other = (change: Partial<NoteOptions>) => sealNote({ ...proposal, ...change }).note;
  const refused: readonly (readonly [why: string, note: Uint8Array])[] = [
    ["one bit changed in the ephemeral key", flip(note, 0)],
    ["one bit changed at the end", flip(note, -1)],
    ["one byte missing", note.slice(0, -1)],
    ["of another group", other({ group: fixedUuid("note/another group") })],
    ["about another session", other({ session: fixedUuid("note/another session") })],
    ["about what was signed", other({ about: 2 })],
    ["of another sender, who has the psk", other({ from: { ...mallory, number: 1 } })],
    ["of a sender under another number", other({ from: { ...alice, number: 2 } })],
    ["for another receiver", other({ to: mallory })],
    ["for another number", other({ to: { ...bob, number: 2 } })],
    ["under another psk", other({ linkPsk: fixedRandom("another link_psk", 32) })],
    ["that the receiver has sent itself", other({ from: bob, to: alice })],
  ];
  return [
    {
      name: "notes",
      format: "note",
      title: "notes for a party that need not be there: the receiver opens what is meant for it, and nothing else",
      spec: ["0003, section 7.5"],
      content: {
        from: describe(partyOf(alice)),
        to: describe(partyOf(bob)),
        opened: [describeNote(proposal), describeNote(signed)],
        refused: refused.map(([why, bytes]) => describe({ why, note: bytes })),
      },
    },
  ];
}
