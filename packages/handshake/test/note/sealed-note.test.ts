import { portableBackend } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { LONGEST_NOTE, type NoteContext, openNote, sealNote } from "../../src/note/sealed-note.ts";

const { bytes: randomBytes } = new SeededRandom(1);
const [alice, bob, eve] = [1, 2, 3].map(() => portableBackend.dh.keyPair(randomBytes(32)));
if (alice === undefined || bob === undefined || eve === undefined) throw new Error("no keys");
const linkPsk = randomBytes(32);
const pinOf = ({ publicKey }: { readonly publicKey: Uint8Array }) => {
  return { noiseStatic: publicKey, ed25519: new Uint8Array(32), linkPsk };
};

const context: NoteContext = {
  group: randomBytes(16),
  session: randomBytes(16),
  subject: "proposal",
  from: 3,
  to: 200,
};
const seal = (content: Uint8Array, changes: object = {}) =>
  sealNote(content, { ...context, staticKey: alice, pin: pinOf(bob), randomBytes, ...changes });
const open = (sealed: Uint8Array, changes: object = {}) =>
  openNote(sealed, { ...context, staticKey: bob, pin: pinOf(alice), ...changes });

describe("a sealed note", () => {
  test.each([
    [0, 304],
    [254, 304],
    [255, 1_072],
    [LONGEST_NOTE, 1_072],
  ])("of %i bytes is opened by whom it is for, and has %i", (length, size) => {
    const content = randomBytes(length);
    const sealed = seal(content);
    expect(sealed).toHaveLength(size);
    expect(open(sealed)).toEqual(content);
  });

  test("is another one each time", () => {
    expect(seal(Uint8Array.of(1))).not.toEqual(seal(Uint8Array.of(1)));
  });

  test("that is too long is refused before it is sealed", () => {
    expect(() => seal(new Uint8Array(LONGEST_NOTE + 1))).toThrow(expect.objectContaining({ code: "usage.too-long" }));
  });

  test.each<[string, object]>([
    ["another group", { group: randomBytes(16) }],
    ["another session", { session: randomBytes(16) }],
    ["something else", { subject: "signed" }],
    ["another sender", { from: 4 }],
    ["another receiver", { to: 2 }],
    ["the keys of another sender", { pin: pinOf(eve) }],
    ["the keys of another receiver", { staticKey: eve }],
    ["another link_psk", { pin: { ...pinOf(alice), linkPsk: randomBytes(32) } }],
  ])("is not opened where it says that it is of %s", (_, changes) => {
    expect(open(seal(Uint8Array.of(1)), changes)).toBeUndefined();
  });

  test("is not made by its receiver in the name of its sender to somebody else, nor reflected", () => {
    expect(open(seal(Uint8Array.of(1)), { from: context.to, to: context.from })).toBeUndefined();
    const reflected = openNote(seal(Uint8Array.of(1)), { ...context, staticKey: alice, pin: pinOf(bob) });
    expect(reflected).toBeUndefined();
  });

  test("is opened in no other bytes: cut anywhere, longer, any bit turned over", () => {
    const sealed = seal(Uint8Array.of(1));
    for (let length = 0; length < sealed.length; length++) expect(open(sealed.subarray(0, length))).toBeUndefined();
    expect(open(Uint8Array.from([...sealed, 0]))).toBeUndefined();
    const turned = Array.from({ length: sealed.length * 8 }, (_, bit) => {
      const other = sealed.slice();
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return open(other);
    });
    // The top bit of the public key, too, which X25519 does not look at: the hash does.
    expect(turned.filter((opened) => opened !== undefined)).toEqual([]);
  });
});
