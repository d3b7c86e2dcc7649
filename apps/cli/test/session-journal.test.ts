import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionParameters } from "@countersign/handshake";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SessionJournal } from "../src/store/session-journal.ts";

const session: SessionParameters = {
  group: new Uint8Array(16).fill(1),
  session: new Uint8Array(16).fill(2),
  kind: "exchange",
  parties: 2,
  threshold: 2,
};
const other: SessionParameters = { ...session, session: new Uint8Array(16).fill(3) };

let home: string;
let directory: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-journal-"));
  directory = join(home, "sessions");
});
afterEach(() => rm(home, { recursive: true }));
const files = () => readdir(directory).catch(() => []);

describe("the journal of a session", () => {
  it("has an entry on disk before it says so, for its user only", async () => {
    const journal = new SessionJournal(directory, "send");
    await journal.write({ type: "guesses", count: 1 }, session);
    const [name = ""] = await files();
    const path = join(directory, name);
    expect(await readFile(path, "utf8")).toBe('{"type":"guesses","count":1}\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await journal.end(true);
    expect(await files()).toEqual([]);
  });

  it("remembers guesses across runs, per session and side", async () => {
    const first = new SessionJournal(directory, "receive");
    expect(await first.past(session)).toEqual({ guessesUsed: 0, burned: false });
    await first.write({ type: "guesses", count: 1 }, session);
    await first.write({ type: "guesses", count: 2 }, session);
    await first.end(false);
    const second = new SessionJournal(directory, "receive");
    expect(await second.past(session)).toEqual({ guessesUsed: 2, burned: false });
    await second.write({ type: "guesses", count: 3 }, session);
    // This run is killed: it neither ends its journal nor finishes its last line.
    await appendFile(join(directory, (await files())[0] ?? ""), '{"type":"gue');
    expect(await new SessionJournal(directory, "receive").past(session)).toEqual({ guessesUsed: 3, burned: false });
    expect(await new SessionJournal(directory, "receive").past(other)).toEqual({ guessesUsed: 0, burned: false });
    expect(await new SessionJournal(directory, "send").past(session)).toEqual({ guessesUsed: 0, burned: false });
    await second.end(false);
  });

  it("is not taken for empty when it cannot be read", async () => {
    const journal = new SessionJournal(directory, "receive");
    await journal.write({ type: "guesses", count: 1 }, session);
    await journal.end(false);
    const path = join(directory, (await files())[0] ?? "");
    // Something is there and cannot be read, as on a broken disk.
    await rm(path);
    await mkdir(path);
    const reading = new SessionJournal(directory, "receive").past(session);
    await expect(reading).rejects.toMatchObject({ code: "local.journal", exit: 1 });
  });

  it.each(["sas-revealed", "sas-failed"] as const)("burns the code after %s", async (type) => {
    const journal = new SessionJournal(directory, "send");
    await journal.write({ type }, session);
    await journal.end(false);
    expect(await new SessionJournal(directory, "send").past(session)).toMatchObject({ burned: true });
  });

  it("writes no secret and nothing that dies with the process", async () => {
    const journal = new SessionJournal(directory, "send");
    await journal.write({ type: "sas-nonce", nonce: new Uint8Array(32) }, session);
    await journal.write({ type: "at", peer: 2, at: 1n }, session);
    expect(await files()).toEqual([]);
  });

  it("goes when no code can be that old", async () => {
    const old = new SessionJournal(directory, "send");
    await old.write({ type: "guesses", count: 1 }, session);
    await old.end(false);
    const path = join(directory, (await files())[0] ?? "");
    const dayAgo = Date.now() / 1000 - 24 * 60 * 60 - 60;
    await utimes(path, dayAgo, dayAgo);
    await new SessionJournal(directory, "send").past(other);
    expect(await files()).toEqual([]);
  });
});
