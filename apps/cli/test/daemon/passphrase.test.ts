import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { daemonPassphrase } from "../../src/daemon/passphrase.ts";
import { folder } from "./serving.ts";

/** A program that notes what it is asked, and answers. */
function program(answer: string, status = 0): { readonly path: string; readonly asked: () => readonly string[] } {
  const home = folder();
  const [path, notes] = [join(home, "ask"), join(home, "asked")];
  writeFileSync(path, `#!/bin/sh\necho "$1" >>'${notes}'\nprintf '${answer}'\nexit ${status}\n`);
  chmodSync(path, 0o700);
  return { path, asked: () => (existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n") : []) };
}

describe("the passphrase of a daemon", () => {
  it("is asked for by a program, once", async () => {
    const { path, asked } = program("correct horse\\nmore\\n");
    const passphrase = daemonPassphrase({ passphraseFile: undefined, askPass: path, warn: () => undefined });
    expect(passphrase.isThere).toBe(true);
    expect(await passphrase.toOpen("/d/sessions.key.age")).toBe("correct horse");
    expect(await passphrase.toOpen("/d/contacts/bob.json.age")).toBe("correct horse");
    expect(asked()).toEqual(["Passphrase of /d/sessions.key.age"]);
  });

  it("is asked for twice where something is to be sealed", async () => {
    const { path, asked } = program("correct horse\\n");
    expect(await daemonPassphrase({ passphraseFile: undefined, askPass: path, warn: () => undefined }).toSeal()).toBe(
      "correct horse",
    );
    expect(asked()).toHaveLength(2);
  });

  it("is read from a file where there is one, and nobody is asked", async () => {
    const { path, asked } = program("another");
    const passphraseFile = join(folder(), "passphrase");
    writeFileSync(passphraseFile, "correct horse\n");
    expect(await daemonPassphrase({ passphraseFile, askPass: path, warn: () => undefined }).toOpen("/d/x")).toBe(
      "correct horse",
    );
    expect(asked()).toEqual([]);
  });

  it("warns of a file that others can read", async () => {
    const passphraseFile = join(folder(), "passphrase");
    writeFileSync(passphraseFile, "correct horse\n", { mode: 0o644 });
    const warned: string[] = [];
    const warn = (text: string) => warned.push(text);
    await daemonPassphrase({ passphraseFile, askPass: undefined, warn }).toOpen("/d/x");
    expect(warned).toEqual([expect.stringContaining(`chmod 600 ${passphraseFile}`)]);
  });

  it("is missing where nobody can be asked, or whoever is asked does not want to say it", async () => {
    const nobody = { passphraseFile: undefined, askPass: undefined, warn: () => undefined };
    const none = join(folder(), "none");
    expect(daemonPassphrase(nobody).isThere).toBe(false);
    for (const askPass of [undefined, none, program("half", 1).path]) {
      const passphrase = daemonPassphrase({ ...nobody, askPass });
      await expect(passphrase.toOpen("/d/x")).rejects.toMatchObject({ code: "contact.no-passphrase" });
    }
  });
});
