import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@countersign/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AtFiles } from "../src/store/at-files.ts";

const own = new Uint8Array(32).fill(1);
const peer = new Uint8Array(32).fill(2);
const other = new Uint8Array(21).fill(3);
const LAST_AT = (1n << 64n) - 1n;

let home: string;
let directory: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-at-"));
  directory = join(home, "state", "at");
});
afterEach(() => rm(home, { recursive: true }));

/** The only file there is. */
async function file(): Promise<string> {
  const [folder = ""] = await readdir(directory);
  const [name = "", ...more] = await readdir(join(directory, folder));
  expect(more).toEqual([]);
  return join(directory, folder, name);
}

const damaged = { code: "local.at-damaged", exit: 1 };
const used = { code: "local.at-used", exit: 1 };

describe("the highest at of a pair", () => {
  it("is none at first, and then what was raised last, also for a later run", async () => {
    const files = await AtFiles.open(directory, own);
    expect(files.highest(peer)).toBe(0n);
    expect(files.all).toEqual([]);
    await files.raise(peer, 1n);
    await files.raise(peer, 1_409_417_261n);
    await files.raise(other, LAST_AT);
    for (const run of [files, await AtFiles.open(directory, own)]) {
      expect(run.highest(peer)).toBe(1_409_417_261n);
      expect(run.highest(other)).toBe(LAST_AT);
      expect([...run.all].map(({ at }) => at).sort()).toEqual([1_409_417_261n, LAST_AT]);
    }
    expect((await AtFiles.open(directory, peer)).all).toEqual([]);
  });

  it("is in a file for its user only, whose name tells nothing", async () => {
    await (await AtFiles.open(directory, own)).raise(peer, 5n);
    const path = await file();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    for (const folder of [directory, join(path, "..")]) expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(path.slice(directory.length)).toMatch(/^\/[0-9a-f]{32}\/[0-9a-f]{32}\.at$/);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ version: 1, at: "5" });
  });

  it("never goes lower and is never the same again", async () => {
    const files = await AtFiles.open(directory, own);
    await files.raise(peer, 1n << 53n);
    for (const at of [1n, (1n << 53n) - 1n, 1n << 53n]) await expect(files.raise(peer, at)).rejects.toMatchObject(used);
    await files.raise(peer, (1n << 53n) + 1n);
    expect((await AtFiles.open(directory, own)).highest(peer)).toBe((1n << 53n) + 1n);
  });

  it("is written in the order in which it was raised", async () => {
    const files = await AtFiles.open(directory, own);
    const raised = [7n, 9n, 8n, 11n].map((at) => files.raise(peer, at));
    expect((await Promise.allSettled(raised)).map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect((await AtFiles.open(directory, own)).highest(peer)).toBe(11n);
  });

  it.each([0n, -1n, LAST_AT + 1n])("is no %s", async (at) => {
    await expect((await AtFiles.open(directory, own)).raise(peer, at)).rejects.toThrow(UsageError);
  });

  it("is refused to a process that another one has overtaken", async () => {
    const first = await AtFiles.open(directory, own);
    const second = await AtFiles.open(directory, own);
    await first.raise(peer, 100n);
    await expect(second.raise(peer, 100n)).rejects.toMatchObject(used);
    await second.raise(peer, 101n);
    expect((await AtFiles.open(directory, own)).highest(peer)).toBe(101n);
  });
});

describe("what a crash or a broken disk leaves", () => {
  it("is not in the way where it is only half a write", async () => {
    await (await AtFiles.open(directory, own)).raise(peer, 5n);
    const path = await file();
    await writeFile(`${path}.0123456789ab.tmp`, '{"version":1,"ow');
    expect((await AtFiles.open(directory, own)).highest(peer)).toBe(5n);
    expect(await file()).toBe(path);
  });

  it("is an error wherever one bit differs, and wherever the file ends", async () => {
    const files = await AtFiles.open(directory, own);
    await files.raise(peer, 1_409_417_261n);
    const path = await file();
    const bytes = await readFile(path);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await writeFile(path, flipped);
      await expect(AtFiles.open(directory, own), `bit ${bit}`).rejects.toMatchObject(damaged);
    }
    for (let length = 0; length < bytes.length; length++) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(AtFiles.open(directory, own), `${length} bytes`).rejects.toMatchObject(damaged);
    }
    // The run that is under way does not write over it either.
    await expect(files.raise(peer, 1_409_417_263n)).rejects.toMatchObject(damaged);
    await writeFile(path, bytes);
    await files.raise(peer, 1_409_417_265n);
  });

  it("is an error where a file stands in the place of another", async () => {
    const files = await AtFiles.open(directory, own);
    await files.raise(peer, 5n);
    const path = await file();
    await files.raise(other, 9n);
    const names = await readdir(join(path, ".."));
    const [second = ""] = names.filter((name) => !path.endsWith(name));
    await copyFile(path, join(path, "..", second));
    await expect(AtFiles.open(directory, own)).rejects.toMatchObject(damaged);
  });

  it("is an error where it cannot be read, which is not the same as none", async () => {
    const files = await AtFiles.open(directory, own);
    await files.raise(peer, 5n);
    const path = await file();
    await rm(path);
    await mkdir(path);
    const unreadable = { code: "local.at-unreadable", exit: 1 };
    await expect(AtFiles.open(directory, own)).rejects.toMatchObject(unreadable);
    await expect(files.raise(peer, 7n)).rejects.toMatchObject(unreadable);
  });
});
