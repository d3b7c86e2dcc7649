import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity } from "@countersign/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { restore } from "../src/commands/restore.ts";
import type { Context } from "../src/context.ts";
import type { Screen, ScreenEvent } from "../src/screens/screen.ts";
import type { GroupKey } from "../src/store/group-key.ts";
import { KeyStore, readSealedKey, writeBackup } from "../src/store/key-store.ts";
import { createPassphrase, keySeal } from "../src/store/passphrase.ts";
import { prepareSeal } from "../src/store/sealed-file.ts";

let home: string;
let store: KeyStore;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-keys-"));
  store = new KeyStore(join(home, "keys"));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

const saying = (...answers: string[]) =>
  createPassphrase({ file: undefined, of: keySeal, warn: () => undefined, ask: async () => answers.shift() });

const refuse = () => {
  throw new Error("others can read it");
};

function createKey(label: string, id = "00112233445566aa"): GroupKey {
  const pin = (number: number, name: string) => {
    const { noiseStatic, ed25519 } = generateIdentity();
    const linkPsk = new Uint8Array(32).fill(number);
    return { number, label: name, noiseStatic: noiseStatic.publicKey, ed25519: ed25519.publicKey, linkPsk };
  };
  return {
    facts: {
      label,
      id,
      suite: "secp256k1-taproot",
      threshold: 2,
      number: 1,
      parties: [
        { number: 1, label: "alice" },
        { number: 2, label: "bob" },
        { number: 3, label: "carol" },
      ],
      publicKey: `02${"ab".repeat(32)}`,
      relay: "ws://127.0.0.1:8765",
      created: "2026-11-22T10:00:00.000Z",
    },
    self: { label: "alice", identity: generateIdentity() },
    peers: [pin(2, "bob"), pin(3, "carol")],
    group: new Uint8Array(16).fill(7),
    share: Uint8Array.of(1, 2, 3),
  };
}

describe("the store of shares", () => {
  it("gives back what was kept, and shows without a passphrase what is public", async () => {
    const key = createKey("treasury/../x");
    await store.keep(key, prepareSeal("swordfish"));
    expect(await store.unlock(key.facts.label, saying("swordfish"))).toEqual(key);
    expect(await store.list()).toEqual([{ label: key.facts.label, facts: key.facts }]);
    for (const name of await readdir(join(home, "keys"))) {
      expect((await stat(join(home, "keys", name))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(join(home, "keys"))).mode & 0o777).toBe(0o700);
  });

  it("tells shares of one key apart, and never puts one in the place of another", async () => {
    const first = createKey("treasury");
    const second = { ...first, facts: { ...first.facts, number: 2 }, share: Uint8Array.of(4) };
    await store.keep(first, prepareSeal("swordfish"));
    expect([await store.hasSame(first.facts), await store.hasSame(second.facts)]).toEqual([true, false]);
    await expect(store.keep(second, prepareSeal("swordfish"))).rejects.toMatchObject({ code: "usage.key-exists" });
    expect(await store.freeLabel(["treasury", "treasury-2"], first.facts)).toBe("treasury");
    expect(await store.freeLabel(["treasury", "treasury-2"], second.facts)).toBe("treasury-2");
    expect((await store.unlock("treasury", saying("swordfish"))).share).toEqual(first.share);
  });

  it("keeps one of two that come at the same moment, and refuses the other", async () => {
    const keys = [createKey("treasury"), createKey("treasury", "ffeeddccbbaa9988")];
    const outcomes = await Promise.allSettled(keys.map((key) => store.keep(key, prepareSeal("swordfish"))));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const kept = keys[outcomes.findIndex(({ status }) => status === "fulfilled")];
    expect((await store.unlock("treasury", saying("swordfish"))).facts.id).toBe(kept?.facts.id);
  });

  it("holds no secret in what is not sealed", async () => {
    const key = createKey("treasury");
    await store.keep(key, prepareSeal("swordfish"));
    const open = await readFile(join(home, "keys", "treasury.json"), "utf8");
    expect(Object.keys(JSON.parse(open)).sort()).toEqual(
      ["created", "id", "label", "number", "parties", "publicKey", "relay", "suite", "threshold", "version"].sort(),
    );
  });

  it("does not open with another passphrase, and says so", async () => {
    await store.keep(createKey("treasury"), prepareSeal("swordfish"));
    await expect(store.unlock("treasury", saying("sword"))).rejects.toMatchObject({ code: "key.locked" });
  });

  it("takes a passphrase from a file, and warns of one that others can read", async () => {
    const file = join(home, "passphrase");
    await writeFile(file, "swordfish\n", { mode: 0o600 });
    const warned: string[] = [];
    const read = () =>
      createPassphrase({
        file,
        of: keySeal,
        ask: async () => undefined,
        warn: (text) => warned.push(text),
      }).toOpen("a.age");
    expect([await read(), warned]).toEqual(["swordfish", []]);
    await chmod(file, 0o644);
    expect(await read()).toBe("swordfish");
    expect(warned).toEqual([expect.stringContaining(`chmod 600 ${file}`)]);
  });

  it("takes no passphrase that was typed in two ways, and no empty one", async () => {
    await expect(saying("one", "two").toSeal()).rejects.toMatchObject({ code: "usage.passphrases-differ" });
    await expect(saying("", "").toSeal()).rejects.toMatchObject({ code: "usage.empty-passphrase" });
  });

  it.each([
    ["typed", undefined],
    ["in a file", "passphrase"],
  ])("warns of a short passphrase that is new, and never shows it: %s", async (_how, name) => {
    const warned: string[] = [];
    const knowing = async (text: string) => {
      warned.length = 0;
      const file = name === undefined ? undefined : join(home, name);
      if (file !== undefined) await writeFile(file, `${text}\n`, { mode: 0o600 });
      return createPassphrase({ file, of: keySeal, ask: async () => text, warn: (about) => warned.push(about) });
    };
    for (const short of ["qzxvj", "qzxvj-élève"]) {
      const passphrase = await knowing(short);
      expect([await passphrase.toSeal(), await passphrase.toSeal()]).toEqual([short, short]);
      expect(warned).toEqual([expect.stringContaining("fewer than 12 characters")]);
      expect(warned.join()).not.toContain("qzxvj");
    }
    await (await knowing("qzxvj-élèves")).toSeal();
    expect(warned).toEqual([]);
    // A copy of a share is sealed by the passphrase that has opened it.
    const old = await knowing("qzxvj");
    expect([await old.toOpen("a.age"), await old.toSeal()]).toEqual(["qzxvj", "qzxvj"]);
    expect(warned).toEqual([]);
  });

  it("never overwrites a key", async () => {
    await store.keep(createKey("treasury"), prepareSeal("a"));
    await expect(store.keep(createKey("treasury"), prepareSeal("b"))).rejects.toMatchObject({
      code: "usage.key-exists",
    });
    expect((await store.unlock("treasury", saying("a"))).facts.label).toBe("treasury");
  });

  it("refuses a file that others can read, and one that was changed", async () => {
    await store.keep(createKey("treasury"), prepareSeal("a"));
    const path = join(home, "keys", "treasury.age");
    await chmod(path, 0o644);
    await expect(store.unlock("treasury", saying("a"))).rejects.toMatchObject({ code: "key.exposed" });
    await chmod(path, 0o600);
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(store.unlock("treasury", saying("a"))).rejects.toMatchObject({ code: "key.locked" });
  });

  it("puts right what stands beside a share when the share is opened", async () => {
    const key = createKey("treasury");
    await store.keep(key, prepareSeal("a"));
    const path = join(home, "keys", "treasury.json");
    await writeFile(path, (await readFile(path, "utf8")).replace("abab", "cdcd"));
    expect((await store.list())[0]?.facts?.publicKey).not.toBe(key.facts.publicKey);
    await store.unlock("treasury", saying("a"));
    expect((await store.list())[0]?.facts?.publicKey).toBe(key.facts.publicKey);
    await rm(path);
    expect(await store.list()).toEqual([{ label: "treasury", facts: undefined }]);
  });

  it("finds a key by its label, the beginning of its id, or as the only one", async () => {
    await expect(store.choose(undefined)).rejects.toMatchObject({ code: "key.unknown" });
    await store.keep(createKey("treasury", "aa00000000000000"), prepareSeal("a"));
    expect(await store.choose(undefined)).toBe("treasury");
    await store.keep(createKey("aa", "ab00000000000000"), prepareSeal("a"));
    await expect(store.choose(undefined)).rejects.toMatchObject({ code: "usage.key" });
    await expect(store.choose("a")).rejects.toMatchObject({ code: "usage.key" });
    await expect(store.choose("c")).rejects.toMatchObject({ code: "key.unknown" });
    expect(await store.choose("aa")).toBe("aa");
    expect(await store.choose("aa0")).toBe("treasury");
  });
});

describe("a backup", () => {
  it("is opened by the same passphrase, and overwrites nothing", async () => {
    const key = createKey("treasury");
    const path = join(home, "b.age");
    await writeBackup(path, key, prepareSeal("a"));
    await expect(writeBackup(path, createKey("other"), prepareSeal("a"))).rejects.toMatchObject({
      code: "usage.file-exists",
    });
    expect(await readdir(home)).toEqual(["b.age"]);
    expect(await readSealedKey(path, saying("a"), refuse)).toEqual(key);
  });

  it("is told from what was never sealed, before anybody is asked for a passphrase", async () => {
    const path = join(home, "notes.txt");
    for (const mode of [0o600, 0o644]) {
      await writeFile(path, "age, and other things");
      await chmod(path, mode);
      await expect(readSealedKey(path, saying(), refuse)).rejects.toMatchObject({ code: "key.not-sealed" });
    }
  });

  it("that others can read is told, and restored: a stick with FAT knows no other files", async () => {
    const key = createKey("treasury");
    const path = join(home, "b.age");
    const passphraseFile = join(home, "passphrase");
    await writeBackup(path, key, prepareSeal("a long passphrase"));
    await writeFile(passphraseFile, "a long passphrase\n", { mode: 0o600 });
    const shown: ScreenEvent[] = [];
    const screen = { show: (event: ScreenEvent) => shown.push(event) } as unknown as Screen;
    const context = { screen, keys: store, interruption: new AbortController().signal } as unknown as Context;
    await chmod(path, 0o755);
    await restore(path, { passphraseFile }, context);
    expect(shown).toEqual([
      { event: "notice", text: expect.stringContaining(`Others on this machine can read ${path}`) },
      { event: "restored", label: "treasury", id: key.facts.id },
    ]);
    expect(await store.unlock("treasury", saying("a long passphrase"))).toEqual(key);
    await rm(join(home, "keys"), { recursive: true });
    await chmod(path, 0o600);
    shown.length = 0;
    await restore(path, { passphraseFile }, context);
    expect(shown).toEqual([{ event: "restored", label: "treasury", id: key.facts.id }]);
  });

  const hasAge = spawnSync("age", ["--version"]).status === 0 && spawnSync("script", ["--version"]).status === 0;
  it.skipIf(!hasAge)("is opened by age itself (needs age and script, which are not installed)", async () => {
    const key = createKey("treasury");
    const path = join(home, "b.age");
    await writeBackup(path, key, prepareSeal("swordfish"));
    // age takes a passphrase from a terminal only.
    const out = join(home, "opened.json");
    spawnSync("script", ["-qec", `age -d -o '${out}' '${path}'`, "/dev/null"], { input: "swordfish\n" });
    expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({ label: "treasury", share: "AQID" });
  });
});
