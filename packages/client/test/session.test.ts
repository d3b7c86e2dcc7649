import type { PeerGroupOutput } from "@countersign/handshake";
import { describe, expect, test } from "vitest";
import { settle } from "./support/alarm-clock.ts";
import { HeldJournal, reconnect, type Seated, seatAnswer, sessionId, sitDown, tellMessage } from "./support/seat.ts";

const peer = { number: 2, label: "bob", noiseStatic: new Uint8Array(32) };
const sas = { type: "sas", words: "a-b-c-d-e", digits: "123456", parties: [], verified: false } as const;
const toReady: readonly PeerGroupOutput[] = [
  { type: "up", ...peer },
  sas,
  { type: "ready", pins: [], transcript: new Uint8Array(32) },
];
const packet = (byte: number): PeerGroupOutput => ({ type: "send", to: 2, bytes: Uint8Array.of(byte) });
const failed: PeerGroupOutput = { type: "failed", code: "peer.identity-changed", culprits: [2], detail: "another key" };

/** Steps the machine once and lets it answer with these outputs. */
function happen(seated: Seated, ...outputs: PeerGroupOutput[]): void {
  seated.machine.react = () => outputs;
  tellMessage(seated);
  seated.machine.react = () => [];
}

async function ready(options: Parameters<typeof sitDown>[0] = {}): Promise<Seated> {
  const seated = await sitDown(options);
  happen(seated, ...toReady);
  await settle();
  return seated;
}

/** The relay answers everything that a method was called with and is not answered yet. */
function methods(seated: Seated): string[] {
  return seated.transport.last.sent.map(({ method }) => method).filter((method) => method !== "Session.ack");
}

function answerLast(seated: Seated, method: "Session.message" | "Session.finish" | "Session.abort"): void {
  const request = seated.transport.last.requests(method).at(-1);
  if (request === undefined) throw new Error(`no ${method}`);
  seated.transport.last.answer(request, method === "Session.message" ? { seq: 50 } : {});
}

describe("the driver", () => {
  test("holds what stands behind an entry until it is written, and then tells the machine", async () => {
    const journal = new HeldJournal();
    const seated = await sitDown({ journal });
    happen(seated, packet(1), { type: "persist", id: 5, entry: { type: "guesses", count: 1 } });
    expect(journal.writes.map(({ entry }) => entry)).toEqual([{ type: "guesses", count: 1 }]);
    expect(seated.machine.heard).toEqual(["packet"]);
    seated.machine.react = () => [packet(2)];
    await journal.writes[0]?.done();
    expect(seated.machine.inputs.at(-1)).toEqual({ type: "persisted", id: 5 });
    const bodies = seated.transport.last.requests("Session.message").flatMap(({ params }) => params.envelopes);
    expect(bodies.map(({ body }) => body)).toEqual(["AQ", "Ag"]);
  });

  test("fails the session when an entry cannot be written", async () => {
    const journal = new HeldJournal();
    const seated = await sitDown({ journal });
    happen(seated, { type: "persist", id: 5, entry: { type: "guesses", count: 1 } });
    await journal.writes[0]?.fail();
    expect(seated.events).toMatchObject([{ type: "failed", code: "local.journal" }]);
    expect(seated.ended).toBe(true);
    expect(seated.transport.last.the("Session.abort").params.reason).toBe("error");
    tellMessage(seated);
    expect(seated.machine.heard).toEqual(["packet"]);
  });

  test("wakes the machine at the last time it asked for, and not if it took that back", async () => {
    const seated = await sitDown();
    const { ms } = seated.clock.now();
    happen(seated, { type: "wake", at: ms + 500 });
    happen(seated, { type: "wake", at: ms + 900 });
    await seated.clock.advance(899);
    expect(seated.machine.heard).toEqual(["packet", "packet"]);
    await seated.clock.advance(1);
    expect(seated.machine.heard).toEqual(["packet", "packet", "time"]);
    happen(seated, { type: "wake", at: ms + 5_000 });
    happen(seated, { type: "wake", at: undefined });
    await seated.clock.advance(10_000);
    expect(seated.machine.heard.filter((type) => type === "time")).toHaveLength(1);
  });

  test("does not step the machine when the user calls it too early", async () => {
    const seated = await sitDown();
    expect(() => seated.session.confirm(true)).toThrow(expect.objectContaining({ code: "usage.no-sas" }));
    expect(() => seated.session.send({ bytes: Uint8Array.of(1) })).toThrow(
      expect.objectContaining({ code: "usage.not-ready" }),
    );
    expect(seated.machine.heard).toEqual([]);
  });
});

describe("a session", () => {
  test("tells what the machine tells, in order, to one consumer", async () => {
    const seated = await ready();
    const message: PeerGroupOutput = { type: "message", seq: 1, from: 2, round: 3, bytes: Uint8Array.of(4) };
    happen(seated, message, { type: "drop", code: "channel.unknown-token", from: 2 });
    await settle();
    expect(seated.events).toEqual([...toReady, message, { type: "drop", code: "channel.unknown-token", from: 2 }]);
    expect(() => seated.session.events()).toThrow(expect.objectContaining({ code: "usage.one-consumer" }));
  });

  test("keeps a thousand events for a slow consumer, and no dropped packet beyond", async () => {
    const seated = await ready();
    const drop: PeerGroupOutput = { type: "drop", code: "channel.unknown-token", from: 2 };
    const message: PeerGroupOutput = { type: "message", seq: 1, from: 2, round: 0, bytes: Uint8Array.of(1) };
    happen(seated, ...Array.from({ length: 5_000 }, () => drop), message);
    await settle();
    const told = seated.events.slice(toReady.length);
    expect(told.filter(({ type }) => type === "drop").length).toBeLessThanOrEqual(1_001);
    expect(told.at(-1)).toEqual(message);
  });

  test("sends a copy of what it is given", async () => {
    const seated = await ready();
    const bytes = Uint8Array.of(1, 2, 3);
    seated.session.send({ bytes, to: 2, round: 9 });
    bytes.fill(0);
    expect(seated.machine.inputs.at(-1)).toEqual({ type: "send", to: 2, round: 9, bytes: Uint8Array.of(1, 2, 3) });
  });

  test.each([
    ["usage.unknown-party", { bytes: new Uint8Array(), to: 3 }],
    ["usage.out-of-range", { bytes: new Uint8Array(), round: 65_536 }],
    ["usage.out-of-range", { bytes: new Uint8Array(), round: 0.5 }],
    ["usage.too-long", { bytes: new Uint8Array(1024 * 1024 - 37) }],
  ])("refuses with %s what cannot be sent", async (code, message) => {
    const seated = await ready();
    expect(() => seated.session.send(message)).toThrow(expect.objectContaining({ code }));
    seated.session.send({ bytes: new Uint8Array(1024 * 1024 - 38) });
    expect(seated.machine.heard.filter((type) => type === "send")).toHaveLength(1);
  });

  test("knows when everything is delivered", async () => {
    const seated = await ready({ parties: 3 });
    happen(seated, { type: "up", number: 3, label: "carol", noiseStatic: new Uint8Array(32) });
    const states: string[] = [];
    await seated.session.delivered();
    seated.session.send({ bytes: Uint8Array.of(1) });
    seated.session.delivered().then(() => states.push("both"));
    happen(seated, { type: "delivered", to: 2 });
    await settle();
    expect(states).toEqual([]);
    happen(seated, { type: "delivered", to: 3 });
    await settle();
    expect(states).toEqual(["both"]);
  });

  test("does not take a receipt that was held back for one of what was sent meanwhile", async () => {
    const journal = new HeldJournal();
    const seated = await ready({ journal });
    seated.session.send({ bytes: Uint8Array.of(1) });
    happen(seated, { type: "persist", id: 1, entry: { type: "at", peer: 2, at: 7n } });
    seated.session.send({ bytes: Uint8Array.of(2) });
    const states: string[] = [];
    seated.session.delivered().then(() => states.push("delivered"));
    const sent = () => seated.machine.heard.filter((type) => type === "send").length;
    expect(sent()).toBe(1);
    seated.machine.react = ({ type }) => (type === "persisted" ? [{ type: "delivered", to: 2 }] : []);
    await journal.writes[0]?.done();
    expect(sent()).toBe(2);
    expect(states).toEqual([]);
    happen(seated, { type: "delivered", to: 2 });
    await settle();
    expect(states).toEqual(["delivered"]);
  });

  test("says with delivered() that it failed", async () => {
    const seated = await ready();
    seated.session.send({ bytes: Uint8Array.of(1) });
    const delivered = expect(seated.session.delivered()).rejects.toMatchObject({ code: "peer.identity-changed" });
    happen(seated, failed);
    await delivered;
    expect(() => seated.session.send({ bytes: Uint8Array.of(1) })).toThrow(
      expect.objectContaining({ code: "peer.identity-changed" }),
    );
  });

  test("aborts at the relay, behind its last packets, when the machine fails", async () => {
    const seated = await ready();
    happen(seated, packet(9), failed);
    await settle();
    expect(seated.events.at(-1)).toEqual(failed);
    expect(seated.ended).toBe(true);
    expect(methods(seated)).toEqual(["Session.open", "Session.message"]);
    answerLast(seated, "Session.message");
    expect(seated.transport.last.the("Session.abort").params.reason).toBe("identity-changed");
    const closed = seated.session.close();
    answerLast(seated, "Session.abort");
    await closed;
    expect(methods(seated)).toEqual(["Session.open", "Session.message", "Session.abort"]);
  });

  test("ends at the first proof of another code, and says so at once", async () => {
    const seated = await sitDown();
    happen(seated, { type: "guess-failed", from: 2, left: 9 });
    await settle();
    expect(seated.events).toMatchObject([
      { type: "guess-failed", from: 2 },
      { type: "failed", code: "peer.wrong-code", culprits: [2] },
    ]);
    expect(seated.machine.inputs.at(-1)).toMatchObject({ type: "close" });
    expect(seated.transport.last.the("Session.abort").params.reason).toBe("code-mismatch");
  });

  test("closes: a word to the parties, then to the relay, and waits for both to be out", async () => {
    const seated = await ready();
    let done = false;
    seated.machine.react = ({ type }) => (type === "close" ? [packet(7)] : []);
    const closed = seated.session.close().then(() => {
      done = true;
    });
    await settle();
    expect(methods(seated)).toEqual(["Session.open", "Session.message"]);
    answerLast(seated, "Session.message");
    expect(methods(seated)).toEqual(["Session.open", "Session.message", "Session.finish"]);
    await settle();
    expect(done).toBe(false);
    answerLast(seated, "Session.finish");
    await closed.then(settle);
    expect(seated.events.at(-1)).toEqual({ type: "ended", how: "closed" });
    expect(seated.ended).toBe(true);
  });

  test("says its last word on the next connection if need be, but does not wait longer than five seconds", async () => {
    const seated = await ready();
    const closed = seated.session.close();
    await settle();
    expect(methods(seated)).toEqual(["Session.open", "Session.finish"]);
    seated.transport.last.drop();
    await seated.clock.advance(250);
    const connection = seated.transport.last.open();
    connection.answer(connection.the("Session.resume"), seatAnswer());
    expect(methods(seated)).toEqual(["Session.resume", "Session.finish"]);
    await seated.clock.advance(4_750);
    await closed;
    expect(seated.ended).toBe(true);
  });

  test("waits for entries that are being written before it leaves", async () => {
    const journal = new HeldJournal();
    const seated = await ready({ journal });
    seated.machine.react = ({ type }) => {
      if (type === "close") return [{ type: "persist", id: 1, entry: { type: "sas-failed" } }];
      return type === "persisted" ? [packet(7)] : [];
    };
    void seated.session.close();
    await settle();
    expect(methods(seated)).toEqual(["Session.open"]);
    await journal.writes[0]?.done();
    expect(methods(seated)).toEqual(["Session.open", "Session.message"]);
  });

  test("hears what a party said before it hears what the relay says of the end", async () => {
    const journal = new HeldJournal();
    const seated = await ready({ journal });
    happen(seated, { type: "persist", id: 1, entry: { type: "closed", peer: 2, reason: 1, delivered: true } });
    const ended = { session: sessionId, seq: seated.seq + 1, previous: seated.seq, number: 2, reason: "cancelled" };
    seated.transport.last.tell("sessionAborted", ended as never);
    await settle();
    expect(seated.ended).toBe(false);
    seated.machine.react = ({ type }) => (type === "persisted" ? [failed] : []);
    await journal.writes[0]?.done();
    expect(seated.events.at(-1)).toMatchObject({ type: "failed", code: "peer.identity-changed" });
  });

  test("aborts with a word of the user", async () => {
    const seated = await ready();
    expect(() => seated.session.abort("Not a word")).toThrow(expect.objectContaining({ code: "usage.reason" }));
    const aborted = seated.session.abort("cancelled");
    await settle();
    expect(seated.transport.last.the("Session.abort").params.reason).toBe("cancelled");
    answerLast(seated, "Session.abort");
    await aborted.then(settle);
    expect(seated.events.at(-1)).toEqual({ type: "ended", how: "aborted", by: 1, reason: "cancelled" });
  });

  test("is done when all others are", async () => {
    const seated = await ready();
    seated.session.send({ bytes: Uint8Array.of(1) });
    const delivered = seated.session.delivered();
    happen(seated, { type: "closed", number: 2, reason: 0, delivered: true });
    await delivered;
    await settle();
    expect(methods(seated)).toEqual(["Session.open", "Session.finish"]);
    answerLast(seated, "Session.finish");
    await settle();
    expect(seated.events.slice(-2)).toMatchObject([{ type: "closed" }, { type: "ended", how: "closed" }]);
  });

  test("goes on after a reconnect and leaves no alarm behind", async () => {
    const seated = await ready();
    seated.transport.last.drop();
    const connection = await reconnect(seated);
    seated.session.send({ bytes: Uint8Array.of(1) });
    expect(seated.machine.heard.slice(-2)).toEqual(["reconnected", "send"]);
    const closed = seated.session.close();
    await settle();
    connection.answer(connection.the("Session.finish"), {});
    await closed;
    connection.drop();
    expect(seated.clock.pending).toBe(0);
  });
});
