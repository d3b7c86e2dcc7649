import { generateIdentity } from "@countersign/client";
import { type RelayOptions, startRelay } from "@countersign/relay-server";
import { beforeEach, describe, expect, it } from "vitest";
import { confirmAll, eventually, gather, TestDaemon } from "./daemons.ts";
import { daemonsForEachTest } from "./daemons-for-each-test.ts";
import { Disk } from "./disk.ts";
import { MemoryContacts } from "./memory-contacts.ts";
import { ShiftedClock } from "./shifted-clock.ts";

const { relay, start } = daemonsForEachTest();

let books: { readonly alice: MemoryContacts; readonly bob: MemoryContacts };
let alice: TestDaemon;
let bob: TestDaemon;

beforeEach(() => {
  books = { alice: new MemoryContacts(), bob: new MemoryContacts() };
  alice = start({ contacts: books.alice });
  bob = start({ contacts: books.bob });
});

/** The clock of a relay, which a test moves on. */
class RelayTime implements NonNullable<RelayOptions["clock"]> {
  private ms = 0;
  private readonly timers = new Set<{ readonly at: number; run(): void }>();

  now(): number {
    return this.ms;
  }

  after(ms: number, run: () => void): { cancel(): void } {
    const timer = { at: this.ms + ms, run };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }

  pass(ms: number): void {
    this.ms += ms;
    for (const timer of [...this.timers].sort((a, b) => a.at - b.at)) {
      if (timer.at <= this.ms && this.timers.delete(timer)) timer.run();
    }
  }
}

/** Confirms for one, and keeps the other one as a contact. */
const confirm = (daemon: TestDaemon, id: string, contact: string, more: object = {}) =>
  daemon.named("confirm_sas", { session_id: id, sas: true, contact, timeout_ms: 10_000, ...more });

/** The two meet by a code and keep each other; the id of that session. */
async function befriend(): Promise<string> {
  const id = await gather([alice, bob]);
  await Promise.all([alice.call("handshake_auto", id), bob.call("handshake_auto", id)]);
  const kept = await Promise.all([confirm(alice, id, "bob"), confirm(bob, id, "alice")]);
  expect(kept).toMatchObject([{ contact_kept: true }, { contact_kept: true }]);
  return id;
}

/** Both begin to meet the other; the results of init. */
const meet = () => Promise.all([alice.named("init", { contact: "bob" }), bob.named("init", { contact: "alice" })]);

describe("a session of contacts", () => {
  it("is carried by the relay, and not by hand", async () => {
    await befriend();
    const [{ session_id: id }] = await meet();
    expect(await alice.call("handshake", id)).toMatchObject({
      packets: "",
      message: expect.stringMatching(/relay carries/),
    });
    const { session_id } = await bob.named("init", { by_hand: true });
    const { packets } = await bob.call("handshake", session_id);
    expect(await alice.error("handshake", id, packets)).toMatchObject({ code: -8 });
  });
});

describe("a session of contacts that may live longer than the relay waits for a sign of life", () => {
  it("is kept alive there, as long as the daemon is", async () => {
    const [time, clock] = [new RelayTime(), new ShiftedClock()];
    // No pings: they would have no time to be answered.
    const impatient = await startRelay({ sessionLife: 60, pingInterval: 86_400, clock: time });
    const daemons = [books.alice, books.bob].map((contacts) => new TestDaemon(impatient.url, { contacts, clock }));
    const [one, other] = daemons as [TestDaemon, TestDaemon];
    try {
      const id = await gather([one, other]);
      await Promise.all([one.call("handshake_auto", id), other.call("handshake_auto", id)]);
      await Promise.all([confirm(one, id, "bob"), confirm(other, id, "alice")]);
      const [{ session_id }] = await Promise.all([
        one.named("init", { contact: "bob" }),
        other.named("init", { contact: "alice" }),
      ]);
      await eventually(() => one.call("status", session_id)).toMatchObject({ state: "active" });
      for (let minute = 0; minute < 3; minute++) {
        clock.pass(20_000);
        // Behind the sign of life, on the same connection.
        await one.call("init");
        time.pass(50_000);
      }
      expect(await one.call("status", session_id)).toMatchObject({ state: "active" });
      time.pass(60_000);
      await eventually(() => one.call("status", session_id)).toMatchObject({ state: "expired" });
    } finally {
      await Promise.all(daemons.map((daemon) => daemon.stop()));
      await impatient.close();
    }
  });
});

describe("contacts", () => {
  it("meet again without a code, and nobody is asked", async () => {
    const first = await befriend();
    const [made, joined] = await meet();
    const id = String(made["session_id"]);
    expect(id).not.toBe(first);
    expect(joined).toEqual(made);
    expect(made).toEqual({
      session_id: id,
      qr_error_correction: "M",
      sas: null,
      sas_numeric: null,
      transport_selected: "websocket",
      transport: "websocket",
      relay_url: relay().url,
    });
    const [one, two] = await Promise.all([alice.call("handshake_auto", id), bob.call("handshake_auto", id)]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({
      sas: expect.stringMatching(/-/),
      message: expect.stringContaining("nothing to compare"),
    });
    await eventually(() => bob.call("status", id)).toMatchObject({ state: "active", contact: "alice" });
    await eventually(() => alice.call("status", id)).toMatchObject({ state: "active", peer_verified: true });
    await alice.call("send", id, { n: 1 });
    expect(await bob.call("recv", id)).toMatchObject({ payload: { n: 1 } });
  });

  it("come to the session that is waited in, and to another one once that has begun", async () => {
    await befriend();
    const waiting = await alice.named("init", { contact: "bob" });
    expect(await alice.named("init", { contact: "bob" })).toEqual(waiting);
    expect(await bob.named("init", { contact: "alice" })).toEqual(waiting);
    const id = waiting["session_id"];
    await eventually(() => alice.call("status", id)).toMatchObject({ state: "active" });
    await eventually(() => bob.call("status", id)).toMatchObject({ state: "active" });
    const [made, joined] = await meet();
    expect(joined["session_id"]).toBe(made["session_id"]);
    expect(made["session_id"]).not.toBe(id);
  });

  it("come to another session once the name is somebody else's", async () => {
    await befriend();
    const { session_id } = await alice.named("init", { contact: "bob" });
    await Promise.all([books.alice.forget("bob"), books.bob.forget("alice")]);
    await befriend();
    const [one, two] = await meet();
    expect(one["session_id"]).not.toBe(session_id);
    expect(two["session_id"]).toBe(one["session_id"]);
  });

  it("begin once, also where they are called twice at the same time", async () => {
    await befriend();
    const [one, two] = await Promise.all([1, 2].map(() => alice.named("init", { contact: "bob" })));
    expect(one).toEqual(two);
  });

  it("are kept when all have confirmed, and not before", async () => {
    const id = await gather([alice, bob]);
    await Promise.all([alice.call("handshake_auto", id), bob.call("handshake_auto", id)]);
    const said = { session_id: id, sas: true, contact: "bob" };
    expect(await alice.named("confirm_sas", said)).toMatchObject({ confirmed: true, contact_kept: false });
    expect(books.alice.known.size).toBe(0);
    await bob.call("confirm_sas", id, true);
    await eventually(() => books.alice.known.has("bob")).toBe(true);
    // It may be said again, and by who has confirmed already.
    expect(await alice.named("confirm_sas", said)).toMatchObject({ contact_kept: true });
    expect(await confirm(bob, id, "alice")).toMatchObject({ contact_kept: true });
    expect([...books.bob.known.keys()]).toEqual(["alice"]);
  });

  it("are kept by a process that comes behind the one that was told", async () => {
    const disk = new Disk();
    const first = start({ contacts: books.alice, store: disk });
    const id = await gather([first, bob]);
    await Promise.all([first.call("handshake_auto", id), bob.call("handshake_auto", id)]);
    books.alice.keep = async () => {
      throw new Error("the disk is full");
    };
    await confirmAll(id, [first, bob]);
    const failed = confirm(first, id, "bob").catch((error: unknown) => error);
    expect(await failed).toMatchObject({ code: -32_603 });
    const after = disk.kill();
    delete (books.alice as Partial<MemoryContacts>).keep;
    const second = start({ contacts: books.alice, store: after });
    await second.service.restore();
    await eventually(() => books.alice.known.has("bob")).toBe(true);
  });

  it("are one of several parties, who is named", async () => {
    const carol = start({ contacts: new MemoryContacts() });
    const made = await alice.named("init", { parties: 3, label: "a" });
    const id = String(made["session_id"]);
    await bob.named("join", { invite_link: made["invite_code"], label: "b" });
    await carol.named("join", { invite_link: made["invite_code"], label: "c" });
    await Promise.all([alice, bob, carol].map((daemon) => daemon.call("handshake_auto", id)));
    const whom = { session_id: id, sas: true, contact: "bob" };
    expect(await alice.named("confirm_sas", whom).catch((error: unknown) => error)).toMatchObject({ code: -8 });
    await Promise.all([
      confirm(alice, id, "bob", { label: "b", timeout_ms: 0 }),
      confirm(bob, id, "alice", { label: "a", timeout_ms: 0 }),
    ]);
    await confirmAll(id, [alice, bob, carol]);
    await eventually(() => [books.alice.known.has("bob"), books.bob.known.has("alice")]).toEqual([true, true]);
    const [one, two] = await meet();
    expect(one["session_id"]).toBe(two["session_id"]);
    const again = String(one["session_id"]);
    expect(await alice.call("handshake_auto", again)).toMatchObject({
      message: expect.stringContaining("nothing to compare"),
    });
  });
});

describe("contacts are refused", () => {
  it("under a name that is taken, is none, or where none are kept", async () => {
    const id = await befriend();
    const error = async (daemon: TestDaemon, contact: string, session = id) =>
      await daemon.named("confirm_sas", { session_id: session, sas: true, contact }).catch((reason: unknown) => reason);
    const other = await gather([alice, bob]);
    await Promise.all([alice.call("handshake_auto", other), bob.call("handshake_auto", other)]);
    expect(await error(alice, "bob", other)).toMatchObject({ code: -8, message: expect.stringContaining("already") });
    expect(await error(alice, "", other)).toMatchObject({ code: -8 });
    expect(await error(alice, "bo\nb", other)).toMatchObject({ code: -8 });
    // Nothing was confirmed by any of it.
    expect(await alice.call("status", other)).toMatchObject({ parties: [{ confirmed: false }, {}] });
    const none = start();
    const third = await gather([none, bob]);
    expect(await error(none, "bob", third)).toMatchObject({ code: -8 });
    await Promise.all([none.call("handshake_auto", third), bob.call("handshake_auto", third)]);
    expect(await error(none, "bob", third)).toMatchObject({
      code: -1,
      message: expect.stringContaining("COSIGN_CONTACTS"),
    });
    const init = none.named("init", { contact: "bob" }).catch((reason: unknown) => reason);
    expect(await init).toMatchObject({ code: -1 });
  });

  it("under a name that another session has taken meanwhile, whoever was meant first", async () => {
    const ids = [await gather([alice, bob]), await gather([alice, bob])];
    for (const id of ids) {
      await Promise.all([alice.call("handshake_auto", id), bob.call("handshake_auto", id)]);
      const said = { session_id: id, sas: true, contact: "bob" };
      expect(await alice.named("confirm_sas", said)).toMatchObject({ contact_kept: false });
    }
    const [first = "", second = ""] = ids;
    await bob.call("confirm_sas", first, true);
    await eventually(() => books.alice.known.has("bob")).toBe(true);
    await bob.call("confirm_sas", second, true);
    await eventually(() => alice.call("status", second)).toMatchObject({ peer_verified: true });
    const again = confirm(alice, second, "bob").catch((error: unknown) => error);
    expect(await again).toMatchObject({ code: -8, message: expect.stringContaining("already") });
    expect(await confirm(alice, first, "bob")).toMatchObject({ contact_kept: true });
  });

  it("if nobody is known by the name, or it is no meeting of two by their labels over a relay", async () => {
    await befriend();
    const refused = async (more: object) =>
      await alice.named("init", { contact: "bob", ...more }).catch((error: unknown) => error);
    expect(await refused({ contact: "carol" })).toMatchObject({ code: -8 });
    expect(await refused({ parties: 3 })).toMatchObject({ code: -8 });
    expect(await refused({ label: "other" })).toMatchObject({ code: -8 });
    expect(await refused({ by_hand: true })).toMatchObject({ code: -8 });
  });

  it("with other keys than the ones that were pinned", async () => {
    await befriend();
    // Whoever has got hold of what the two derive their place from, and not of Bob's keys.
    const stranger = new MemoryContacts();
    for (const known of books.bob.known.values()) {
      await stranger.keep({ ...known, self: { ...known.self, identity: generateIdentity() } });
    }
    const clock = new ShiftedClock();
    const [again, mallory] = [start({ contacts: books.alice, clock }), start({ contacts: stranger })];
    const { session_id } = await again.named("init", { contact: "bob" });
    expect(await mallory.named("init", { contact: "alice" })).toMatchObject({ session_id });
    await eventually(() => again.call("status", session_id)).toMatchObject({ state: "handshake" });
    const error = again.error("handshake_auto", session_id, null, 600_000);
    // For so long a pair is tried.
    clock.pass(100_000);
    expect(await error).toMatchObject({ code: -1, message: expect.stringContaining("COSIGN_HANDSHAKE_FAILED") });
    expect(await again.error("send", session_id, { n: 1 })).toMatchObject({ code: -1 });
  });

  it("once the SAS is said to differ", async () => {
    const id = await befriend();
    await alice.call("confirm_sas", id, false);
    await eventually(() => books.alice.known.size).toBe(0);
  });
});
