import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Contact } from "../src/store/contact.ts";
import { ContactsStore } from "../src/store/contacts-store.ts";
import { contactSeal, createPassphrase } from "../src/store/passphrase.ts";

const key = (byte: number) => new Uint8Array(32).fill(byte);
const contact: Contact = {
  label: "bob",
  relay: "ws://127.0.0.1:8765",
  self: {
    label: "alice (sender)",
    identity: {
      noiseStatic: { privateKey: key(1), publicKey: key(2) },
      ed25519: { secretKey: key(3), publicKey: key(4) },
    },
  },
  peer: { number: 2, label: "bob (receiver)", noiseStatic: key(5), ed25519: key(6), linkPsk: key(7) },
  created: "2026-11-22T00:00:00.000Z",
  lastUsed: "2026-11-22T00:00:00.000Z",
};

let home: string;
let directory: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-contacts-"));
  directory = join(home, "contacts");
});
afterEach(() => rm(home, { recursive: true }));

const nobody = { file: undefined, of: contactSeal, warn: () => undefined, ask: async () => undefined };
const open = () => new ContactsStore(directory, createPassphrase(nobody));
const saying = (...answers: string[]) =>
  new ContactsStore(
    directory,
    createPassphrase({ file: undefined, of: contactSeal, warn: () => undefined, ask: async () => answers.shift() }),
  );

describe("contacts", () => {
  it("come back as they were written, in files for their user only", async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    await store.write(contact);
    expect(await open().read("bob")).toEqual(contact);
    expect(await readdir(directory)).toEqual(["bob.json"]);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, "bob.json"))).mode & 0o777).toBe(0o600);
  });

  it("are listed and forgotten", async () => {
    const store = open();
    await store.write(contact);
    expect(await store.list()).toEqual([{ label: "bob", state: "plain", contact }]);
    expect(await store.has("bob")).toBe(true);
    await store.forget("bob");
    expect(await store.has("bob")).toBe(false);
    await expect(store.forget("bob")).rejects.toMatchObject({ code: "contact.unknown", exit: 1 });
    await expect(store.read("bob")).rejects.toMatchObject({ code: "contact.unknown" });
  });

  it("take any label without leaving their directory", async () => {
    const store = open();
    for (const label of ["../up", "..", "a/b", "Jürgen", "100%", "*"]) {
      await store.write({ ...contact, label });
      expect((await open().read(label)).label).toBe(label);
    }
    expect(await readdir(home)).toEqual(["contacts"]);
    expect((await store.list()).map(({ label }) => label).sort()).toEqual([
      "*",
      "..",
      "../up",
      "100%",
      "Jürgen",
      "a/b",
    ]);
  });

  it.each([
    ["no JSON", () => "{", "not JSON"],
    ["a missing key", () => JSON.stringify({ version: 1 }), '"label"'],
    ["another version", (text: string) => text.replace('"version": 1', '"version": 2'), '"version"'],
    ["a short key", (text: string) => text.replace(/("linkPsk": ")./, "$1"), '"peer.linkPsk"'],
    ["an unknown field", (text: string) => text.replace("{", '{"more": 1,'), '"more"'],
    ["another's name", (text: string) => text.replace('"label": "bob"', '"label": "eve"'), "contact eve"],
  ])("with %s are refused with the field and no key", async (_what, change, says) => {
    const store = open();
    await store.write(contact);
    const path = join(directory, "bob.json");
    await writeFile(path, change(await readFile(path, "utf8")));
    const error = await store.read("bob").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "contact.broken", exit: 1 });
    expect(String(error)).toContain(says);
    expect(String(error)).not.toMatch(/BwcHBw/);
    expect(await store.list()).toMatchObject([{ label: "bob", state: "broken" }]);
  });

  it("that others can read are not used", async () => {
    const store = open();
    await store.write(contact);
    await chmod(join(directory, "bob.json"), 0o644);
    await expect(store.read("bob")).rejects.toMatchObject({ code: "contact.exposed" });
  });
});

describe("sealed contacts", () => {
  it("are age files that open with the passphrase only, and stay sealed", async () => {
    await saying("correct horse", "correct horse").write(contact, { seal: true });
    expect(await readdir(directory)).toEqual(["bob.json.age"]);
    const bytes = await readFile(join(directory, "bob.json.age"), "latin1");
    expect(bytes.split("\n")[0]).toBe("age-encryption.org/v1");
    expect(bytes).not.toContain("bob");
    await expect(saying("wrong").read("bob")).rejects.toMatchObject({ code: "contact.locked" });
    await expect(open().read("bob")).rejects.toMatchObject({ code: "contact.no-passphrase" });
    const store = saying("correct horse");
    expect(await store.read("bob")).toEqual(contact);
    await store.write({ ...contact, relay: "wss://relay.example" });
    expect(await readdir(directory)).toEqual(["bob.json.age"]);
    expect((await saying("correct horse").read("bob")).relay).toBe("wss://relay.example");
    expect(await store.list()).toEqual([{ label: "bob", state: "sealed" }]);
  });

  it("are not written when the two passphrases differ or are empty", async () => {
    await expect(saying("one", "two").write(contact, { seal: true })).rejects.toMatchObject({ exit: 2 });
    await expect(saying("", "").write(contact, { seal: true })).rejects.toMatchObject({ exit: 2 });
    expect(await readdir(directory)).toEqual([]);
  });

  it("take the passphrase from a file", async () => {
    const file = join(home, "passphrase");
    await writeFile(file, "from a file\nsecond line\n");
    const store = new ContactsStore(directory, createPassphrase({ ...nobody, file }));
    await store.write(contact, { seal: true });
    expect(await saying("from a file").read("bob")).toEqual(contact);
    const missing = createPassphrase({ ...nobody, file: join(home, "none") });
    await expect(missing.toOpen("x")).rejects.toMatchObject({ code: "contact.no-passphrase" });
  });
});
