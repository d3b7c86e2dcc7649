import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore, type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSqlite } from "../src/store/sqlite-module.ts";
import { body, Client, member, secret, text, uuid } from "./client.ts";
import { ManualClock } from "./manual-clock.ts";

let directory: string;
let relay: RunningRelay;
let clock: ManualClock;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
  await start();
});
afterEach(async () => {
  await relay.close();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<void> {
  clock = new ManualClock();
  const limits = { messagesPerSecond: 10_000, addressMessagesPerSecond: 10_000 };
  relay = await startRelay({ data: directory, clock, limits, pingInterval: 1_000_000 });
}

async function restart(): Promise<void> {
  await relay.close();
  await start();
}

const message = (cseq: number) => ({ session: uuid(2), cseq, envelopes: [{ to: 0, body: body(`m${cseq}`) }] });
const resume = (n: number, after: number) => ({ session: uuid(2), token: secret(100 + n), after });

describe("after a restart", () => {
  it("sessions, numbers, tokens, messages and answers are what they were", async () => {
    const a = await Client.connect(relay.url);
    await a.call("Session.open", member(1));
    await a.call("Session.message", message(1));
    await a.call("Session.message", message(2));
    const closed = a.closed();
    await restart();
    expect(await closed).toBe(1012);

    const again = await Client.connect(relay.url);
    expect(await again.call("Session.resume", resume(1, 1))).toMatchObject({ number: 1, seq: 3 });
    expect(await again.call("Session.message", message(2))).toEqual({ seq: 3 });
    expect(await again.call("Session.message", message(3))).toEqual({ seq: 4 });
    const b = await Client.connect(relay.url);
    expect(await b.call("Session.open", member(2))).toMatchObject({ number: 2, members: [{ online: true }, {}] });
    await b.until(() => b.bodies().length === 3);
    expect(b.bodies().map(text)).toEqual(["m1", "m2", "m3"]);
    await expect(b.call("Session.open", member(3))).rejects.toThrow("relay.session-full");
    await Promise.all([again.close(), b.close()]);
  });

  it("invitations and claims are, and their timers run", async () => {
    const three = { kind: "exchange", parties: 3, threshold: 2 } as const;
    const claim = (client: Client, nameplate: string, n: number) =>
      client.call("Invitation.claim", { nameplate, claim: secret(n, 16) });
    const a = await Client.connect(relay.url);
    const { nameplate, group, session } = await a.call("Invitation.create", three);
    await claim(a, nameplate, 1);
    await claim(a, nameplate, 2);
    await restart();
    const b = await Client.connect(relay.url);
    await expect(claim(b, nameplate, 3)).rejects.toThrow("relay.invitation-closed");
    await b.call("Session.open", member(1, { ...three, group, session, claim: secret(1, 16) }));
    clock.pass(60);
    await claim(b, nameplate, 3);
    clock.pass(540);
    // What is answered to this was ordered behind what the timer has ordered.
    await b.call("Invitation.create", three);
    await expect(claim(b, nameplate, 3)).rejects.toThrow("relay.unknown-invitation");
    clock.pass(1_260);
    await b.event("sessionExpired");
    await b.close();
  });

  it("what has been trimmed is gone from the disk, and what has not is there", async () => {
    const [a, b] = [await Client.connect(relay.url), await Client.connect(relay.url)];
    await a.call("Session.open", member(1));
    await b.call("Session.open", member(2));
    const sending = Array.from({ length: 400 }, (_, i) => a.call("Session.message", message(i + 1)));
    await Promise.all(sending);
    await b.until(() => b.bodies().length === 400);
    for (let seq = 4; seq <= 382; seq++) {
      void a.call("Session.ack", { session: uuid(2), seq });
      await b.call("Session.ack", { session: uuid(2), seq });
    }
    await relay.close();
    expect(await countRecords()).toBeLessThan(320);
    await start();

    const again = await Client.connect(relay.url);
    await again.call("Session.resume", resume(2, 382));
    await again.until(() => again.bodies().length === 20);
    expect(again.bodies().map(text)).toEqual(Array.from({ length: 20 }, (_, i) => `m${381 + i}`));
    expect(again.events[0]?.params).toMatchObject({ seq: 383, previous: 382 });
    const sender = await Client.connect(relay.url);
    await sender.call("Session.resume", resume(1, 382));
    expect(await sender.call("Session.message", message(400))).toEqual({ seq: 402 });
    expect(await sender.call("Session.message", message(401))).toEqual({ seq: 403 });
    await Promise.all([again.close(), sender.close()]);
  });

  it("nothing is left of sessions that were forgotten", async () => {
    const a = await Client.connect(relay.url);
    for (let n = 1; n <= 5; n++)
      await a.call("Session.open", member(1, { group: uuid(10 + n), session: uuid(20 + n) }));
    clock.pass(1_800);
    await a.until((events) => events.filter(({ name }) => name === "sessionExpired").length === 5);
    clock.pass(1_800);
    await a.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
    await expect(a.call("Session.finish", { session: uuid(25) })).rejects.toThrow("relay.unknown-session");
    await a.close();
    await relay.close();
    // That of the last invitation is there.
    expect(Number(sql("SELECT count(*) AS n FROM logs WHERE name LIKE 'group/%'")?.["n"])).toBe(1);
    await start();
  });
});

function sql(statement: string, ...values: string[]): Record<string, unknown> | undefined {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(join(directory, "relay.db"));
  try {
    return database.prepare(statement).get(...values);
  } finally {
    database.close();
  }
}

/** Those that live; what is left of others is not read any more. */
async function countRecords(): Promise<number> {
  const store = await openSqliteStore(directory);
  let count = 0;
  await store.scan(() => count++);
  await store.close();
  return count;
}
