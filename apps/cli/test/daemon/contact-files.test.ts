import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateIdentity } from "@countersign/client";
import { describe, expect, it } from "vitest";
import { createContactFiles } from "../../src/daemon/contact-files.ts";
import { daemonPassphrase } from "../../src/daemon/passphrase.ts";
import { ContactsStore } from "../../src/store/contacts-store.ts";
import { contactSeal, createPassphrase } from "../../src/store/passphrase.ts";
import { folder } from "./serving.ts";

const { noiseStatic, ed25519 } = generateIdentity();
const bob = {
  name: "bob",
  relay: "ws://relay.example",
  self: { label: "treasury", identity: generateIdentity() },
  pin: {
    number: 2,
    label: "party-1",
    noiseStatic: noiseStatic.publicKey,
    ed25519: ed25519.publicKey,
    linkPsk: new Uint8Array(32).fill(7),
  },
};

const by = (passphraseFile: string | undefined) =>
  daemonPassphrase({ passphraseFile, askPass: undefined, warn: () => undefined });

describe("the contacts of a daemon", () => {
  it("are files of their user alone, which the other commands read, too", async () => {
    const datadir = folder();
    const book = createContactFiles({ datadir, passphrase: by(undefined) });
    expect([await book.has("bob"), await book.find("bob")]).toEqual([false, undefined]);
    await book.keep(bob);
    expect(await book.find("bob")).toEqual(bob);
    const path = join(datadir, "contacts", "bob.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const passphrase = createPassphrase({
      file: undefined,
      of: contactSeal,
      warn: () => undefined,
      ask: async () => undefined,
    });
    const listed = await new ContactsStore(join(datadir, "contacts"), passphrase).list();
    expect(listed).toMatchObject([{ label: "bob", contact: { relay: bob.relay, peer: bob.pin } }]);
    await book.forget("bob");
    expect(await book.has("bob")).toBe(false);
  });

  it("are sealed where there is a passphrase", async () => {
    const datadir = folder();
    const passphraseFile = join(datadir, "passphrase");
    writeFileSync(passphraseFile, "correct horse\n");
    await createContactFiles({ datadir, passphrase: by(passphraseFile) }).keep(bob);
    const [file = ""] = readdirSync(join(datadir, "contacts"));
    expect(file).toBe("bob.json.age");
    expect(
      readFileSync(join(datadir, "contacts", file))
        .subarray(0, 21)
        .toString(),
    ).toBe("age-encryption.org/v1");
    expect(await createContactFiles({ datadir, passphrase: by(passphraseFile) }).find("bob")).toEqual(bob);
    const locked = createContactFiles({ datadir, passphrase: by(undefined) });
    await expect(locked.find("bob")).rejects.toMatchObject({ code: -1, message: expect.stringContaining("sealed") });
  });

  it("say so where one cannot be used, and are not written over", async () => {
    const datadir = folder();
    const book = createContactFiles({ datadir, passphrase: by(undefined) });
    mkdirSync(join(datadir, "contacts"));
    const path = join(datadir, "contacts", "bob.json");
    writeFileSync(path, "{}", { mode: 0o600 });
    await expect(book.find("bob")).rejects.toMatchObject({
      code: -1,
      message: expect.stringContaining("cannot be used"),
    });
    chmodSync(path, 0o644);
    await expect(book.find("bob")).rejects.toMatchObject({
      code: -1,
      message: expect.stringContaining("others can read"),
    });
    expect(readFileSync(path, "utf8")).toBe("{}");
  });
});
