import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore, DamagedLogError, type LogStore } from "@countersign/relay";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allBundles } from "../src/store/all-bundles.ts";
import { BatchWriter } from "../src/store/batch-writer.ts";
import { LogDatabase } from "../src/store/log-database.ts";
import { setUp } from "../src/store/schema.ts";
import { body, Client, member, secret, text, uuid } from "./client.ts";
import { ManualClock } from "./manual-clock.ts";
import { changeRecord, damageRecord, onDatabase } from "./on-database.ts";

let directory: string;
let relay: RunningRelay | undefined;
let clock: ManualClock;
let warnings: { facts: object; message: string }[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(async () => {
  await relay?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<RunningRelay> {
  await relay?.close();
  relay = undefined;
  clock = new ManualClock();
  warnings = [];
  const nothing = () => undefined;
  const warn = (facts: object, message: string) => warnings.push({ facts, message });
  const log = { debug: nothing, info: nothing, error: nothing, warn };
  relay = await startRelay({ data: directory, clock, log, pingInterval: 1_000_000 });
  return relay;
}

async function stop(): Promise<void> {
  await relay?.close();
  relay = undefined;
}

const connect = async () => Client.connect((relay ?? (await start())).url);
/** Three groups, each with a session of two members and two messages of the first. */
const groups = [1, 2, 3];
const opening = (group: number, n: number) => member(n, { group: uuid(10 + group), session: uuid(20 + group) });
const resuming = (group: number, n: number) => ({ session: uuid(20 + group), token: secret(100 + n), after: 0 });

async function fill(): Promise<void> {
  await start();
  await fillWith(await connect());
  await stop();
}

async function fillWith(a: Client): Promise<void> {
  for (const group of groups) {
    await a.call("Session.open", opening(group, 1));
    for (const cseq of [1, 2]) {
      const envelopes = [{ to: 0, body: body(`m${group}.${cseq}`) }];
      await a.call("Session.message", { session: uuid(20 + group), cseq, envelopes });
    }
  }
  await a.close();
}

/** Each group's messages as a member that joins now is given them, or the refusal. */
async function served(): Promise<unknown[]> {
  const b = await connect();
  const outcomes: unknown[] = [];
  for (const group of groups) {
    const before = b.bodies().length;
    const refusal = await b.call("Session.open", opening(group, 2)).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (refusal === undefined) await b.until(() => b.bodies().length === before + 2);
    outcomes.push(refusal ?? b.bodies().slice(before).map(text));
  }
  await b.close();
  return outcomes;
}

const whole = (group: number) => [`m${group}.1`, `m${group}.2`];
const damaged = "relay.damaged";

describe("a relay whose database is damaged", () => {
  // Each of the three records of the second group.
  for (const position of [1, 2, 3]) {
    const record = { log: logOf(2), position };

    it(`sets the group aside of which a bit of record ${position} was changed, and serves the others`, async () => {
      await fill();
      damageRecord(directory, record.log, position);
      await start();
      expect(warnings).toEqual([setAside(1)]);
      expect(await served()).toEqual([whole(1), damaged, whole(3)]);
    });

    for (const [where, copy] of [
      ["in front of", 0],
      ["behind", 1],
    ] as const) {
      it(`loses nothing with what is said ${where} the entries of whose record ${position} is`, async () => {
        await fill();
        for (let byte = 0; byte < 24; byte += 5) {
          changeRecord(directory, record, ({ bytes, marks }) => bytes.fill(0xff, marks[copy] + byte, marks[copy] + 24));
          await start();
          expect(warnings).toEqual([]);
          expect(await served()).toEqual(groups.map(whole));
          await stop();
        }
      });
    }

    it(`does not start if it is not known any more whose record ${position} is, and says what can be done`, async () => {
      await fill();
      changeRecord(directory, record, ({ bytes, marks }) => {
        for (const at of marks) bytes[at] = (bytes[at] ?? 0) ^ 1;
      });
      const file = readFileSync(join(directory, "relay.db"));
      await expect(start()).rejects.toThrow(/^cannot open .+ whose the entries .+ are\. .+ move relay\.db\* away/);
      expect(readFileSync(join(directory, "relay.db")).subarray(100).equals(file.subarray(100))).toBe(true);
    });
  }

  for (const change of ["before = before + 1", "kept = '[1,1]'", "checksum = checksum + 1"]) {
    it(`sets a group aside of which it is not known any more what was trimmed: ${change}`, async () => {
      await fill();
      onDatabase(directory, (database) => database.exec(`UPDATE logs SET ${change} WHERE name = '${logOf(2)}'`));
      await start();
      expect(warnings).toEqual([setAside(1)]);
      expect(await served()).toEqual([whole(1), damaged, whole(3)]);
    });
  }

  it("sets those groups aside that miss records without a trace of them", async () => {
    await fill();
    const lost = placesOf(2)[1];
    onDatabase(directory, (database) => database.prepare("DELETE FROM bundles WHERE id = ?").run(Number(lost)));
    await start();
    expect(warnings).toEqual([setAside(1)]);
    expect(await served()).toEqual([whole(1), damaged, whole(3)]);
  });

  it("says so to members of sessions that it knows of, drops the group in time, and then takes it anew", async () => {
    await fill();
    damageRecord(directory, logOf(2), 3);
    const a = await Client.connect((await start()).url);
    await expect(a.call("Session.resume", resuming(2, 1))).rejects.toThrow(damaged);
    await expect(a.call("Session.open", opening(2, 1))).rejects.toThrow(damaged);
    await expect(a.call("Group.join", { group: uuid(12) })).rejects.toThrow(damaged);
    await expect(a.call("Session.create", { group: uuid(12), kind: "sign" })).rejects.toThrow(damaged);
    await a.call("Session.resume", resuming(1, 1));
    await a.close();
    // It stays so when the relay starts again.
    const b = await Client.connect((await start()).url);
    await expect(b.call("Session.open", opening(2, 1))).rejects.toThrow(damaged);
    await b.close();
    clock.pass(86_400);
    const c = await connect();
    expect(await c.call("Session.open", opening(2, 1))).toMatchObject({ number: 1, seq: 1 });
    await c.close();
    await start();
    expect(warnings).toEqual([]);
  });

  it("loses no group with the list of groups, but the invitations", async () => {
    await fill();
    const a = await connect();
    const invited = await a.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
    await a.close();
    await stop();
    damageRecord(directory, "registry", 2);
    await start();
    expect(warnings).toEqual([{ facts: {}, message: "the list of invitations is damaged: they are all void" }]);
    const b = await connect();
    const claiming = { nameplate: invited.nameplate, claim: secret(1, 16) };
    await expect(b.call("Invitation.claim", claiming)).rejects.toThrow("relay.unknown-invitation");
    await b.close();
    await start();
    expect(warnings).toEqual([]);
    expect(await served()).toEqual(groups.map(whole));
  });

  it("sets a group aside whose name was changed, and one of which the log is all that is left", async () => {
    await fill();
    const bundles = placesOf(3);
    onDatabase(directory, (database) => {
      database.exec(`UPDATE logs SET name = replace(name, 'group', 'grouq') WHERE name = 'group/${uuid(12)}'`);
      const drop = database.prepare("DELETE FROM bundles WHERE id = ?");
      for (const bundle of bundles) drop.run(bundle);
    });
    await start();
    expect(warnings).toMatchObject([{ facts: { groups: 2 } }]);
    // Nobody can say of which group the changed name was; it begins anew, with nothing of what it was.
    const b = await connect();
    await expect(b.call("Session.resume", resuming(2, 1))).rejects.toThrow("relay.unknown-session");
    await expect(b.call("Session.open", opening(3, 1))).rejects.toThrow(damaged);
    await b.close();
  });

  it("sets a group aside in which an entry stands that no relay wrote", async () => {
    await fill();
    onDatabase(directory, (database) => {
      setUp(database, directory);
      const batch = new BatchWriter().write({ logs: [logOf(2)], orders: ["no entry"] });
      new LogDatabase(database, { directory, give: () => undefined }).run(batch);
    });
    await start();
    expect(warnings).toMatchObject([{ facts: { groups: 1 } }]);
    expect(await served()).toEqual([whole(1), damaged, whole(3)]);
  });

  it("sets a group aside of which a record turns out to be lost while it is read", async () => {
    const store = createMemoryStore();
    const failing: LogStore = {
      ...store,
      read: (log, after, max) =>
        log === `group/${uuid(12)}` ? Promise.reject(new DamagedLogError("is damaged")) : store.read(log, after, max),
    };
    const limits = { messagesPerSecond: 10_000, bytesPerSecond: 1_000_000_000, addressBytesPerSecond: 1_000_000_000 };
    relay = await startRelay({ store: failing, limits });
    await fillWith(await connect());
    // As much as the relay keeps in memory of what was sent last.
    const a = await connect();
    await a.call("Session.resume", resuming(1, 1));
    for (let cseq = 3; cseq < 160; cseq++) {
      const envelopes = [{ to: 0, body: body("x".repeat(48_000)) }];
      await a.call("Session.message", { session: uuid(21), cseq, envelopes });
    }
    await a.close();
    const b = await connect();
    const closed = b.closed();
    await b.call("Session.open", opening(2, 2));
    expect(await closed).toBe(1011);
    const c = await connect();
    await expect(c.call("Session.open", opening(2, 2))).rejects.toThrow(damaged);
    await expect(c.call("Session.resume", resuming(2, 2))).rejects.toThrow(damaged);
    await c.call("Session.open", opening(1, 2));
    await c.close();
  });

  it("does not start, and says what can be done, where SQLite's own pages are damaged", async () => {
    await fill();
    const file = join(directory, "relay.db");
    const bytes = readFileSync(file);
    // The root pages of all tables and indexes.
    for (let page = 1; page < 8 && page * 4_096 < bytes.length; page++)
      bytes.fill(0xff, page * 4_096, page * 4_096 + 64);
    writeFileSync(file, bytes);
    const refusal = expect(start()).rejects;
    await refusal.toThrow(
      /^cannot open .+relay\.db: .+malformed\. .+ move relay\.db\* away .+ sqlite3 relay\.db \.recover/,
    );
    // But for counters in its head, it is as it was.
    expect(readFileSync(file).subarray(100).equals(bytes.subarray(100))).toBe(true);
  });
});

const setAside = (count: number) => ({
  facts: { groups: count },
  message: "groups of which a part is lost on the disk were set aside",
});

const logOf = (group: number) => `group/${uuid(10 + group)}`;

/** The bundles in which the records of a group are, in order. */
function placesOf(group: number): number[] {
  return onDatabase(directory, (database) => {
    const id = database.prepare("SELECT id FROM logs WHERE name = ?").get(logOf(group))?.["id"];
    return [...allBundles(database)]
      .filter(({ bundle }) => bundle.marks.some(({ log }) => log === id))
      .map(({ id: place }) => place);
  });
}
