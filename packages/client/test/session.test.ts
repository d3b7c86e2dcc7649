import type { PeerGroupOutput } from "@countersign/handshake";
import { describe, expect, test } from "vitest";
import { settle } from "./support/alarm-clock.ts";
import { happen, ready, toReady } from "./support/ready-session.ts";
import { HeldJournal, reconnect } from "./support/seat.ts";

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
