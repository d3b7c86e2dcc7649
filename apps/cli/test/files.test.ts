import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { IncomingFile, readDestination } from "../src/files/incoming-file.ts";
import { describeMedia, mediaOf } from "../src/files/media.ts";
import { OutgoingFile } from "../src/files/outgoing-file.ts";
import { numberedName, safeName } from "../src/files/safe-name.ts";
import { limits } from "../src/limits.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "countersign-files-"));
});
afterEach(() => rm(directory, { recursive: true }));

describe("the name of a received file", () => {
  it.each([
    ["payment.psbt", "payment.psbt"],
    ["/etc/passwd", "passwd"],
    ["..\\..\\evil.exe", "evil.exe"],
    ["../../../.ssh/authorized_keys", "authorized_keys"],
    [".bashrc", "bashrc"],
    ["-rf", "rf"],
    ["~root", "root"],
    ["..", "received"],
    ["", "received"],
    ["a/", "received"],
    ["a\u0000b\u001b[31m.psbt", "a_b_[31m.psbt"],
    ["exe.\u202etbsp", "exe._tbsp"],
    ["con.txt", "_con.txt"],
    ['a<b>:"|?*.psbt', "a_b______.psbt"],
    ["tabs\tand\nlines", "tabs_and_lines"],
    ["Überweisung 3.psbt", "Überweisung 3.psbt"],
    ["trailing. . ", "trailing"],
  ])("%j becomes %j", (offered, safe) => {
    expect(safeName(offered)).toBe(safe);
  });

  it("is at most 200 bytes and keeps its extension", () => {
    const name = safeName(`${"ü".repeat(300)}.psbt`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(name).toMatch(/^ü{97}\.psbt$/);
  });
});

describe("a name that is taken", () => {
  it.each([
    ["payment.psbt", "payment (2).psbt"],
    ["treasury-signing.record.json", "treasury-signing (2).record.json"],
  ])("gets a number before what says which kind of file it is: %s", (name, numbered) => {
    expect(numberedName(name, 2)).toBe(numbered);
  });
});

describe("an incoming file", () => {
  it("appears under its name only when it is complete, readable by its user only", async () => {
    const file = await IncomingFile.create(directory);
    await file.write(Uint8Array.of(1, 2));
    await file.write(Uint8Array.of(3));
    const [partial = ""] = await readdir(directory);
    expect(partial).toMatch(/^\.countersign-[0-9a-f]{16}\.part$/);
    expect(file.digest()).toBe(
      createHash("sha256")
        .update(Uint8Array.of(1, 2, 3))
        .digest("hex"),
    );
    const path = await file.keepAs("a.psbt");
    expect(path).toBe(join(directory, "a.psbt"));
    expect(await readdir(directory)).toEqual(["a.psbt"]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  });

  it("never replaces a file: it takes the next free name", async () => {
    await writeFile(join(directory, "a.psbt"), "old");
    await writeFile(join(directory, "a (2).psbt"), "old");
    const file = await IncomingFile.create(directory);
    await file.write(Uint8Array.of(9));
    expect(await file.keepAs("a.psbt")).toBe(join(directory, "a (3).psbt"));
    expect(await readFile(join(directory, "a.psbt"), "utf8")).toBe("old");
  });

  it("leaves nothing behind when it is discarded", async () => {
    const file = await IncomingFile.create(directory);
    await file.write(Uint8Array.of(1));
    await file.discard();
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("--out", () => {
  it("is a directory, or a new file in one", async () => {
    expect(await readDestination(undefined)).toEqual({ directory: "." });
    expect(await readDestination(directory)).toEqual({ directory });
    expect(await readDestination(join(directory, "new.psbt"))).toEqual({ directory, name: "new.psbt" });
  });

  it("is nothing that exists, and nothing in a directory that does not", async () => {
    const there = join(directory, "there");
    await writeFile(there, "");
    expect(await readDestination(there)).toContain("exists already");
    expect(await readDestination(join(directory, "no", "file"))).toContain("There is no directory");
    expect(await readDestination(`${join(directory, "no")}/`)).toContain("There is no directory");
  });
});

describe("an outgoing file", () => {
  it("is hashed and described", async () => {
    const path = join(directory, "payment.psbt");
    const content = Buffer.concat([Buffer.from("psbt\xff", "latin1"), Buffer.alloc(3_000_000, 7)]);
    await writeFile(path, content);
    const file = await OutgoingFile.open(path);
    expect(file.offer).toEqual({
      name: "payment.psbt",
      size: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      media: "application/x-psbt",
    });
    expect(Buffer.from(await file.read(0, 5)).toString("latin1")).toBe("psbt\xff");
    await truncate(path, 10);
    await expect(file.read(5, 10)).rejects.toMatchObject({ code: "file.changed", exit: 1 });
    await file.close();
  });

  it("is refused above the limit, and if it is no file", async () => {
    const path = join(directory, "large");
    await writeFile(path, "");
    await truncate(path, limits.file + 1);
    await expect(OutgoingFile.open(path)).rejects.toMatchObject({ code: "file.too-large" });
    await expect(OutgoingFile.open(directory)).rejects.toMatchObject({ code: "file.not-a-file" });
    await expect(OutgoingFile.open(join(directory, "none"))).rejects.toMatchObject({ code: "file.unreadable" });
  });
});

describe("the kind of a file", () => {
  it("is a PSBT in binary and in base64, and else bytes", () => {
    const psbt = mediaOf(Buffer.from("70736274ff0100", "hex"));
    expect(mediaOf(Buffer.from("cHNidP8BAHU="))).toBe(psbt);
    expect(describeMedia(psbt)).toContain("PSBT");
    expect(mediaOf(Buffer.from("psbt"))).toBe("application/octet-stream");
    expect(mediaOf(new Uint8Array())).toBe("application/octet-stream");
  });
});
