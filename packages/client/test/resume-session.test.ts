import {
  addEntry,
  beginRecord,
  decodeEntry,
  encodeEntry,
  generateIdentity,
  type Journal,
  type JournalEntry,
  RelayConnection,
  resumeSession,
  type Session,
  type SessionRecord,
} from "@countersign/client";
import { startSession } from "@countersign/client/start-session";
import { createPeerGroup } from "@countersign/handshake";
import { SeededRandom } from "@countersign/testkit";
import { utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { AlarmClock, settle } from "./support/alarm-clock.ts";
import { FakeTransport } from "./support/fake-transport.ts";
import { MemoryRelay } from "./support/memory-relay.ts";
import { confirmAll, Party } from "./support/party.ts";
import { groupId, invitation, seatAnswer, self, sessionId } from "./support/seat.ts";
import { cheapKdf } from "./support/two-parties.ts";

/** A disk: what was written survives the processes that wrote it. */
class Disk implements Journal {
  readonly lines: Uint8Array[] = [];
  /** Whether the process that writes is still there. */
  live = true;

  async write(entry: JournalEntry): Promise<void> {
    if (!this.live) return new Promise(() => undefined);
    this.lines.push(encodeEntry(entry));
  }

  /** What had been written when the first entry of this type was; everything for none. */
  upTo(type: JournalEntry["type"] | undefined): readonly Uint8Array[] {
    const index = this.lines.findIndex((line) => {
      const entry = decodeEntry(line);
      return entry.ok && entry.value.type === type;
    });
    return this.lines.slice(0, index < 0 ? this.lines.length : index + 1);
  }

  read(): SessionRecord {
    let record: SessionRecord | undefined;
    for (const line of this.lines) {
      const entry = decodeEntry(line);
      if (!entry.ok) throw new Error(entry.detail);
      record = addEntry(record, entry.value);
    }
    if (record === undefined) throw new Error("an empty disk");
    return record;
  }
}

/** One of two parties, whose process can be ended at any moment and begun again. */
class Mortal {
  party: Party;
  private disk: Disk;
  private connection: RelayConnection;
  private readonly world: World;

  constructor(world: World, disk: Disk, connection: RelayConnection, session: Session) {
    this.world = world;
    this.disk = disk;
    this.connection = connection;
    this.party = new Party(session);
  }

  /** Ends the process without a word, and begins another one that knows what was written, up to the first `last`. */
  async reborn(last?: JournalEntry["type"]): Promise<void> {
    this.disk.live = false;
    const next = new Disk();
    next.lines.push(...this.disk.upTo(last));
    this.connection.close();
    this.disk = next;
    this.connection = this.world.connect();
    const { clock, randomBytes } = this.world;
    const record = next.read();
    const resuming = resumeSession({ relay: this.connection, journal: next, record, clock, randomBytes });
    this.party = new Party(await clock.until(resuming));
  }
}

interface World {
  readonly clock: AlarmClock;
  readonly randomBytes: (length: number) => Uint8Array;
  connect(): RelayConnection;
}

async function twoMortals(seed: number): Promise<{ world: World; alice: Mortal; bob: Mortal }> {
  const clock = new AlarmClock();
  const random = new SeededRandom(seed);
  const relay = new MemoryRelay({ clock, random, fate: () => "pass" });
  const surroundings = { clock, randomBytes: random.bytes };
  const connect = () => new RelayConnection({ url: "ws://relay.example", transport: relay, ...surroundings });
  const world = { ...surroundings, connect };
  const open = async (label: string) => {
    const disk = new Disk();
    const connection = connect();
    const who = { label, identity: generateIdentity(random.bytes) };
    const place = { invitation, relay: connection, self: who, journal: disk, kdf: cheapKdf };
    return new Mortal(world, disk, connection, await startSession(createPeerGroup, { ...place, ...surroundings }));
  };
  const [alice, bob] = await clock.until(Promise.all([open("alice"), open("bob")]));
  return { world, alice, bob };
}

const said = (party: Party) =>
  party.all("message").map(({ seq, bytes }) => `${seq} ${new TextDecoder().decode(bytes)}`);

describe("a session in another process", () => {
  test("has what was kept and not delivered, tells again what was not taken, and nothing else", async () => {
    const { world, alice, bob } = await twoMortals(1);
    const { clock } = world;
    await clock.until(confirmAll(alice.party, bob.party));
    alice.party.session.send({ bytes: utf8("one") });
    await clock.until(alice.party.session.delivered());
    bob.party.session.taken(1);
    alice.party.session.send({ bytes: utf8("two") });
    await clock.until(alice.party.session.kept());
    await clock.until(alice.reborn());
    await clock.until(alice.party.first("ready"));
    alice.party.session.send({ bytes: utf8("three") });
    await clock.until(alice.party.session.delivered());
    expect(said(bob.party)).toEqual(["1 one", "2 two", "3 three"]);
    await clock.until(bob.reborn());
    await clock.until(bob.party.first("ready"));
    expect(said(bob.party)).toEqual(["2 two", "3 three"]);
    bob.party.session.send({ bytes: utf8("back") });
    await clock.until(bob.party.session.delivered());
    expect(said(alice.party)).toEqual(["1 back"]);
    expect(alice.party.all("sas")).toEqual([]);
    await clock.until(bob.party.session.close());
    await clock.until(alice.party.over);
    expect(alice.party.events.at(-1)).toEqual({ type: "ended", how: "closed" });
  });

  test("ends and begins at any moment: every message that was kept arrives once, in order", async () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const { world, alice, bob } = await twoMortals(seed);
      const { clock } = world;
      const weather = new SeededRandom(500 + seed);
      await clock.until(confirmAll(alice.party, bob.party));
      const kept: string[] = [];
      const heard = new Map<number, string>();
      const listen = () => {
        for (const { seq, bytes } of bob.party.all("message")) heard.set(seq, new TextDecoder().decode(bytes));
      };
      for (let round = 0; round < 8; round++) {
        for (let i = weather.integer(4); i >= 0; i--) {
          const text = `${round}.${i} ${"x".repeat(weather.integer(40_000))}`;
          alice.party.session.send({ bytes: utf8(text) });
          await clock.until(alice.party.session.kept());
          kept.push(text);
        }
        await clock.advance(weather.integer(300));
        if (weather.chance(0.6)) await clock.until(alice.reborn());
        listen();
        if (weather.chance(0.4)) await clock.until(bob.reborn());
        await clock.until(alice.party.first("ready"));
      }
      await clock.until(alice.party.session.delivered());
      await settle();
      listen();
      const inOrder = [...heard].sort(([a], [b]) => a - b).map(([, text]) => text);
      if (inOrder.join() !== kept.join()) failures.push(`seed ${seed}: ${inOrder.length} of ${kept.length}`);
    }
    expect(failures).toEqual([]);
  });

  test("shows the same SAS where it ended while that was compared, and goes on", async () => {
    const { world, alice, bob } = await twoMortals(3);
    const { clock } = world;
    const [, shown] = await clock.until(Promise.all([alice.party.first("sas"), bob.party.first("sas")]));
    await clock.until(alice.reborn());
    expect(await clock.until(alice.party.first("sas"))).toMatchObject({ words: shown.words, digits: shown.digits });
    await clock.until(confirmAll(alice.party, bob.party));
  });

  test("fails where it ended between its reveal and those of the others, and the other side hears of it", async () => {
    const { world, alice, bob } = await twoMortals(3);
    const { clock } = world;
    await clock.until(Promise.all([alice.party.first("sas"), bob.party.first("sas")]));
    await clock.until(alice.reborn("sas-revealed"));
    expect(await clock.until(alice.party.first("failed"))).toMatchObject({ code: "peer.sas-aborted" });
    await clock.until(Promise.all([alice.party.over, bob.party.over]));
    expect(bob.party.events.at(-1)).toMatchObject({ type: "ended", how: "aborted", reason: "sas-mismatch" });
  });

  test("goes on pairing with a code that it has not used up", async () => {
    const { world, alice, bob } = await twoMortals(4);
    await world.clock.until(alice.reborn());
    await world.clock.until(confirmAll(alice.party, bob.party));
  });
});

test("the relay is asked where the numbers of requests go on, and what asked it goes out under the next one", async () => {
  const random = new SeededRandom(9);
  const transport = new FakeTransport();
  const clock = new AlarmClock();
  const surroundings = { clock, randomBytes: random.bytes };
  const relay = new RelayConnection({ url: "ws://relay.example", transport, ...surroundings });
  const who = { label: "alice", identity: generateIdentity(random.bytes) };
  const other = generateIdentity(random.bytes);
  const record = beginRecord({
    parameters: invitation.parameters,
    number: 1,
    eid: random.bytes(32),
    token: "token",
    self: who,
    trust: { type: "code", prk: undefined },
  });
  const peer = { number: 2, label: "bob", noiseStatic: other.noiseStatic.publicKey, ed25519: other.ed25519.publicKey };
  for (const entry of [
    { type: "member", number: 2, eid: random.bytes(32), versions: Uint8Array.of(1) },
    { type: "up", identity: { ...peer, linkPsk: random.bytes(32) } },
    { type: "sas-complete" },
    { type: "seen", seq: 40 },
  ] as const) {
    const added = addEntry(record, entry);
    if (entry.type === "seen") expect(added?.seen).toBe(40);
  }
  const attempt = resumeSession({ relay, ...surroundings, record, journal: new Disk() });
  transport.last.open().answer(transport.last.the("Session.resume"), seatAnswer());
  await attempt;
  await settle();
  const first = transport.last.the("Session.message");
  expect(first.params.cseq).toBe(Number.MAX_SAFE_INTEGER);
  transport.last.refuse(first, "relay.out-of-order", { expected: 58 });
  await settle();
  const [, second] = transport.last.requests("Session.message");
  expect(second?.params).toEqual({ ...first.params, cseq: 58 });
  // Another node has heard of a message of the process before this one only now.
  if (second !== undefined) transport.last.refuse(second, "relay.out-of-order", { expected: 60 });
  await settle();
  const [, , third] = transport.last.requests("Session.message");
  expect(third?.params).toEqual({ ...first.params, cseq: 60 });
});

test("a relay that resumes another seat is not believed", async () => {
  const transport = new FakeTransport();
  const clock = new AlarmClock();
  const randomBytes = (length: number) => new Uint8Array(length).fill(0xff);
  const relay = new RelayConnection({ url: "ws://relay.example", transport, clock, randomBytes });
  const record = beginRecord({
    parameters: invitation.parameters,
    number: 2,
    eid: new Uint8Array(32),
    token: "token",
    self,
    trust: { type: "code", prk: undefined },
  });
  const journal = new Disk();
  const attempt = resumeSession({ relay, clock, randomBytes, record, journal });
  const resumed = transport.last.open().the("Session.resume");
  expect(resumed.params).toEqual({ session: sessionId, token: "token", after: 0 });
  transport.last.answer(resumed, { ...seatAnswer(), group: groupId });
  await expect(attempt).rejects.toMatchObject({ code: "relay.protocol" });
});
