import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCoinKeyFile } from "../../src/daemon/coin-keys.ts";
import { daemonPassphrase } from "../../src/daemon/passphrase.ts";
import { seal } from "../../src/store/sealed-file.ts";
import { folder, serving } from "./serving.ts";

const KEY = "11".repeat(32);
const bytes = new Uint8Array(32).fill(0x11);

function written(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const by = (passphraseFile: string | undefined) =>
  daemonPassphrase({ passphraseFile, askPass: undefined, warn: () => undefined });

describe("the file of -adaptorkeys", () => {
  it("is plain, or sealed with age", async () => {
    const passphraseFile = written("passphrase", "correct horse\n");
    const sealed = await seal(new TextEncoder().encode(`# ours\n${KEY}\n`), "correct horse");
    const plain = { path: written("coins", KEY), passphrase: by(undefined) };
    expect(await readCoinKeyFile(plain)).toEqual([bytes]);
    expect(await readCoinKeyFile({ path: written("coins.age", sealed), passphrase: by(passphraseFile) })).toEqual([
      bytes,
    ]);
  });

  it("is refused where others can read it, without a passphrase and with a wrong one, and what is no key", async () => {
    const sealed = await seal(new TextEncoder().encode(KEY), "correct horse");
    const age = written("coins.age", sealed);
    const wrong = written("passphrase", "wrong horse");
    const refused = async (path: string, passphraseFile?: string) =>
      await readCoinKeyFile({ path, passphrase: by(passphraseFile) }).catch((error: Error) => error.message);
    expect(await refused(written("coins", KEY, 0o640))).toMatch(/others can read it/);
    expect(await refused(age)).toMatch(/no passphrase/);
    expect(await refused(age, join(folder(), "none"))).toMatch(/no passphrase/);
    expect(await refused(age, wrong)).toMatch(/does not open/);
    expect(await refused(join(folder(), "none"))).toMatch(/ENOENT/);
    expect(await refused(written("coins", "secret-that-is-none"))).toMatch(/: line 1 is no private key/);
    expect(await refused(written("coins", "secret-that-is-none"))).not.toMatch(/secret/);
  });

  it("lets no daemon begin if it is of no use, and is named below its datadir", async () => {
    await expect(serving("-adaptorkeys=coins")).rejects.toThrow(/adaptorkeys: .*\/coins cannot be read \(ENOENT\)/);
    const served = await serving(`-adaptorkeys=${written("coins", KEY)}`);
    expect((await served.send({ body: '{"method":"cosign.ping","id":1}' })).status).toBe(200);
  });
});
