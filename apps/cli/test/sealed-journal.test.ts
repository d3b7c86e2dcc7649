import { appendFile, chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beginRecord, generateIdentity, type JournalEntry, type SessionRecord } from "@countersign/client";
import { utf8 } from "@countersign/wire";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readJournalKey } from "../src/store/journal-key.ts";
import { LogFault } from "../src/store/log-key.ts";
import { readRecords } from "../src/store/log-records.ts";
import type { SavedSession } from "../src/store/sealed-journal.ts";
import { SealedJournals } from "../src/store/sealed-journals.ts";
import { SealedLog } from "../src/store/sealed-log.ts";

const master = new Uint8Array(32).fill(7);
const parameters = {
  group: new Uint8Array(16).fill(1),
  session: new Uint8Array(16).fill(2),
  kind: "exchange",
  parties: 2,
  threshold: 2,
} as const;
const secret = "the plans of the harbour";
const member: JournalEntry = { type: "member", number: 2, eid: new Uint8Array(32).fill(3), versions: Uint8Array.of(1) };
const received = (text: string): JournalEntry => ({ type: "received", peer: 2, kind: 1, content: utf8(text) });

function freshRecord(): SessionRecord {
  const self = { label: "alice", identity: generateIdentity() };
  const trust = { type: "code", prk: new Uint8Array(32).fill(9) } as const;
  return beginRecord({ parameters, number: 1, eid: new Uint8Array(32), token: "token", self, trust });
}

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-sealed-"));
});
afterEach(() => rm(home, { recursive: true }));

describe("a sealed log", () => {
  const path = () => join(home, "log");
  const options = (snapshot: readonly Uint8Array[] = []) => ({
    path: path(),
    master,
    snapshot: () => snapshot,
    needed: () => 0,
  });

  async function logOf(...texts: string[]): Promise<Uint8Array> {
    const [first = "", ...more] = texts;
    const log = await SealedLog.create(options(), [utf8(first)]);
    await Promise.all(more.map((text) => log.append(utf8(text))));
    await log.close();
    return new Uint8Array(await readFile(path()));
  }
  const textsOf = (records: readonly Uint8Array[]) => records.map((record) => new TextDecoder().decode(record));

  it("gives back what was appended, in order, to its user only", async () => {
    const bytes = await logOf("one", "two", secret);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect(Buffer.from(bytes).includes("one")).toBe(false);
    const { log, records } = await SealedLog.open(options());
    expect(textsOf(records)).toEqual(["one", "two", secret]);
    await log.append(utf8("four"));
    await log.close();
    expect(textsOf(readRecords(await readFile(path()), master).records)).toEqual(["one", "two", secret, "four"]);
  });

  it("is cut off where a process did not get to the end, at every byte, and goes on from there", async () => {
    const bytes = await logOf("one", "two", "three");
    const whole = readRecords(bytes, master).size;
    expect(whole).toBe(bytes.length);
    const two = readRecords(bytes.subarray(0, bytes.length - 1), master).size;
    for (let length = two; length < bytes.length; length++) {
      await writeFile(path(), bytes.subarray(0, length));
      const { log, records } = await SealedLog.open(options());
      expect(textsOf(records)).toEqual(["one", "two"]);
      await log.append(utf8("four"));
      await log.close();
      expect(textsOf(readRecords(await readFile(path()), master).records)).toEqual(["one", "two", "four"]);
    }
  });

  it.each([1, 8, 40, 4_096])(
    "is cut off where a file system made room of %i bytes and did not fill it",
    async (room) => {
      await logOf("one", "two");
      await appendFile(path(), new Uint8Array(room));
      const { log, records } = await SealedLog.open(options());
      expect(textsOf(records)).toEqual(["one", "two"]);
      await log.close();
    },
  );

  it("says so when any bit of it was changed, and never gives back less without a word", async () => {
    const bytes = await logOf("one", "two", "three");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => readRecords(changed, master), `bit ${bit}`).toThrow(LogFault);
    }
  });

  it("knows a record that stands in another place, or comes from another file", async () => {
    const bytes = await logOf("same", "size", "here");
    const head = readRecords(bytes, master).key.header.length;
    const one = (bytes.length - head) / 3;
    const part = (index: number) => bytes.subarray(head + index * one, head + (index + 1) * one);
    const swapped = Buffer.concat([bytes.subarray(0, head), part(0), part(2), part(1)]);
    expect(() => readRecords(swapped, master)).toThrow("its record 2 was changed");
    const other = await logOf("same", "size", "here");
    const mixed = Buffer.concat([bytes.subarray(0, head + one), other.subarray(head + one)]);
    expect(() => readRecords(mixed, master)).toThrow("its record 2 was changed");
  });

  it("does not open with another key, and says that it is the key", async () => {
    const bytes = await logOf("one");
    const attempt = () => readRecords(bytes, new Uint8Array(32));
    expect(attempt).toThrow(expect.objectContaining({ what: "other-key" }));
  });

  it("takes any bytes, and throws nothing but what is wrong with them", async () => {
    const bytes = await logOf("one", "two");
    const head = readRecords(bytes, master).key.header.length;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (tail, headed) => {
        try {
          readRecords(headed ? Buffer.concat([bytes.subarray(0, head), tail]) : tail, master);
        } catch (error) {
          expect(error).toBeInstanceOf(LogFault);
        }
      }),
    );
  });

  it("is written anew, short and under another key, when most of it does not matter any more", async () => {
    const log = await SealedLog.create(options([utf8("all of it")]), [utf8("one")]);
    for (let i = 0; i < 12; i++) await log.append(new Uint8Array(100_000));
    await log.append(utf8("last"));
    await log.close();
    const bytes = await readFile(path());
    expect(bytes.length).toBeLessThan(400_000);
    const texts = textsOf(readRecords(bytes, master).records);
    expect(texts[0]).toBe("all of it");
    expect(texts.at(-1)).toBe("last");
  });
});

describe("the journals of sessions", () => {
  const journals = (key = master) => new SealedJournals({ directory: join(home, "sessions"), key: async () => key });
  const id = "02020202-0202-0202-0202-020202020202-1";

  async function begun(): Promise<SealedJournals> {
    const store = journals();
    const journal = await store.begin({ command: "send", path: "/a/file" });
    const record = freshRecord();
    const entries: JournalEntry[] = [{ type: "record", record }, member, received(secret), { type: "seen", seq: 4 }];
    await Promise.all(entries.map((entry) => journal.write(entry, parameters)));
    if (record.origin.trust.type === "code") record.origin.trust.prk?.fill(0);
    await journal.end(false);
    return store;
  }

  it("keep what was written, and for what, and nothing of it to be read by others", async () => {
    const store = await begun();
    const { journal, saved } = await store.open(id);
    expect(saved.purpose).toEqual({ command: "send", path: "/a/file" });
    expect(saved.record).toMatchObject({ seen: 4, origin: { number: 1, token: "token", parameters } });
    expect(saved.record.origin.trust).toEqual({ type: "code", prk: new Uint8Array(32).fill(9) });
    expect(saved.record.history.inbox.map(({ content }) => new TextDecoder().decode(content))).toEqual([secret]);
    await journal.end(false);
    const bytes = await readFile(join(home, "sessions", `${id}.sealed`));
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes("token")).toBe(false);
  });

  it("are of one process at a time", async () => {
    const store = await begun();
    const { journal } = await store.open(id);
    await expect(store.open(id)).rejects.toMatchObject({ code: "session.in-use" });
    await journal.end(false);
    const again = await store.open(id);
    await again.journal.end(true);
    await expect(store.open(id)).rejects.toMatchObject({ code: "session.unknown" });
    expect(await store.list()).toEqual([]);
  });

  it("are listed, also those that cannot be read", async () => {
    const store = await begun();
    expect(await store.list()).toMatchObject([{ id, state: "saved", saved: { purpose: { command: "send" } } }]);
    expect(await journals(new Uint8Array(32)).list()).toMatchObject([
      { id, state: "broken", detail: expect.stringContaining("another key") },
    ]);
    await writeFile(join(home, "sessions", `${id}.sealed`), "nonsense");
    expect(await store.list()).toMatchObject([{ id, state: "broken", detail: expect.stringContaining("damaged") }]);
    await expect(store.open(id)).rejects.toMatchObject({ code: "session.damaged", exit: 1 });
    await store.forget(id);
    await expect(store.forget(id)).rejects.toMatchObject({ code: "session.unknown" });
  });

  it("are not removed under a process that has them, neither by hand nor for their age", async () => {
    const store = await begun();
    const { journal } = await store.open(id);
    const path = join(home, "sessions", `${id}.sealed`);
    const threeDaysAgo = new Date(Date.now() - 72 * 60 * 60 * 1000);
    for (const name of [path, `${path}.lock`]) await utimes(name, threeDaysAgo, threeDaysAgo);
    await expect(store.forget(id)).rejects.toMatchObject({ code: "session.in-use" });
    await store.begin({});
    expect((await readdir(join(home, "sessions"))).sort()).toEqual([`${id}.sealed`, `${id}.sealed.lock`]);
    await journal.end(false);
    await utimes(path, threeDaysAgo, threeDaysAgo);
    await store.begin({});
    expect(await readdir(join(home, "sessions"))).toEqual([]);
  });

  it("are not removed for their age where they hold what is nowhere else", async () => {
    const holds = ({ purpose }: SavedSession) => purpose["command"] === "keygen";
    const store = new SealedJournals({ directory: join(home, "sessions"), key: async () => master, holds });
    const path = join(home, "sessions", `${id}.sealed`);
    for (const command of ["keygen", "send"]) {
      const journal = await store.begin({ command });
      await journal.write({ type: "record", record: freshRecord() }, parameters);
      await journal.end(false);
      const threeDaysAgo = new Date(Date.now() - 72 * 60 * 60 * 1000);
      await utimes(path, threeDaysAgo, threeDaysAgo);
      await store.begin({});
      const left = (await readdir(join(home, "sessions"))).filter((name) => name.endsWith(".sealed"));
      expect(left).toEqual(command === "keygen" ? [`${id}.sealed`] : []);
      await rm(path, { force: true });
    }
  });

  it.each(["", "../contacts/x", "a/b"])("are not looked for elsewhere: %j", async (name) => {
    const store = await begun();
    await expect(store.open(name)).rejects.toMatchObject({ code: "session.unknown" });
  });

  it("survive their own shortening with all that counts", async () => {
    const store = journals();
    const journal = await store.begin({});
    await journal.write({ type: "record", record: freshRecord() }, parameters);
    await journal.write(member, parameters);
    for (let seq = 1; seq <= 40; seq++) {
      await journal.write(received("x".repeat(50_000)), parameters);
      await journal.write({ type: "posted", peers: [2], kind: 1, content: new Uint8Array(50_000) }, parameters);
      await journal.write({ type: "acknowledged", peer: 2, m: BigInt(seq - 1) }, parameters);
      await journal.write({ type: "taken", seq }, parameters);
    }
    await journal.write(received("last"), parameters);
    await journal.end(false);
    expect((await stat(join(home, "sessions", `${id}.sealed`))).size).toBeLessThan(2_000_000);
    const { journal: opened, saved } = await store.open(id);
    expect(saved.record.history).toMatchObject({ received: 41, taken: 40, peers: [{ posted: 40n, received: 41n }] });
    expect(saved.record.history.inbox).toHaveLength(1);
    expect(saved.record.history.peers[0]?.unacknowledged.length).toBeLessThanOrEqual(1);
    await opened.end(false);
  });
});

describe("the key of the journals", () => {
  const passphrase = (text: string) => ({ toSeal: async () => text, toOpen: async () => text });
  const path = () => join(home, "keys", "journal.key");

  it("is made once, and for its user only", async () => {
    const key = await readJournalKey(path(), passphrase(""), false);
    expect(key).toHaveLength(32);
    expect(await readJournalKey(path(), passphrase(""), true)).toEqual(key);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    await chmod(path(), 0o644);
    await expect(readJournalKey(path(), passphrase(""), false)).rejects.toMatchObject({ code: "session.exposed" });
    await chmod(path(), 0o600);
    await writeFile(path(), "short");
    await expect(readJournalKey(path(), passphrase(""), false)).rejects.toMatchObject({ code: "session.no-key" });
  });

  it("is sealed by a passphrase where there is one", async () => {
    const key = await readJournalKey(path(), passphrase("right"), true);
    expect(await readJournalKey(path(), passphrase("right"), false)).toEqual(key);
    await expect(readJournalKey(path(), passphrase("wrong"), false)).rejects.toMatchObject({ code: "session.locked" });
  });
});
