import {
  createEndpoint,
  formatHashname,
  type HandshakeMessage,
  intermediateOf,
  rollUp,
} from "@countersign/handshake/e3x";
import { UsageError, utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { backend, first, keyPair, network } from "./station.ts";

const usage = (code: string) => expect.toSatisfy((error) => error instanceof UsageError && error.code === code);
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const other32 = new Uint8Array(32).fill(7);
const LAST_AT = (1n << 64n) - 1n;
const message = (type: string, text: string): HandshakeMessage => ({ type, head: {}, body: utf8(text) });
const dropsOf = ({ simulation }: ReturnType<typeof network>, number: number) =>
  simulation.outputsOf(number, "drop").map(({ code }) => code);

describe("two endpoints", () => {
  test("come up by one handshake of either, and know each other by their hashnames", () => {
    for (const [from, to] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const net = network(1);
      const { simulation, hashnames } = net;
      net.link(from, to);
      expect(net.up()).toBe(true);
      expect(simulation.outputsOf(from, "up")).toMatchObject([{ hashname: hashnames[to - 1] }]);
      expect(simulation.outputsOf(to, "up")).toMatchObject([{ hashname: hashnames[from - 1] }]);
      expect(simulation.outputsOf(from, "offer")).toMatchObject([{ role: "initiator", stranger: false, path: to }]);
      expect(simulation.outputsOf(to, "offer")).toMatchObject([{ role: "responder", stranger: true, path: from }]);
      expect(simulation.sent).toHaveLength(2);
      expect(dropsOf(net, 1).concat(dropsOf(net, 2))).toEqual([]);
      // Nothing is due any more: an exchange lasts.
      simulation.run();
      expect(simulation.sent).toHaveLength(2);
    }
  });

  test("come up once when both begin at the same moment", () => {
    const net = network(2);
    net.link(1, 2);
    net.link(2, 1);
    expect(net.up()).toBe(true);
    net.simulation.run({ limitMs: 60_000 });
    for (const number of [1, 2]) {
      expect(net.simulation.outputsOf(number, "up")).toHaveLength(1);
      expect(net.simulation.outputsOf(number, "down")).toEqual([]);
    }
  });

  test("every at is on disk before a packet that has it leaves", () => {
    const endpoints = [100, 101].map((seed) => createEndpoint({ keys: keyPair(seed), dh: backend.dh, randomBytes }));
    const [alice, bob] = [first(endpoints), first(endpoints.slice(1))];
    const now = { ms: 0, unixSeconds: 1_000 };
    const keys = { "3a": keyPair(101)["3a"].publicKey };
    const begun = alice.step({ type: "link", peer: { keys }, path: "bob" }, now);
    expect(begun.map(({ type }) => type)).toEqual(["persist", "wake"]);
    const [{ bytes }] = alice.step({ type: "persisted", id: 1 }, now) as [{ bytes: Uint8Array }];
    const offered = bob.step({ type: "packet", bytes, path: "alice" }, now);
    expect(offered.map(({ type }) => type)).toEqual(["offer", "wake"]);
    const accepted = bob.step({ type: "accept", id: 1 }, now);
    expect(accepted.map(({ type }) => type)).toEqual(["persist", "wake"]);
    expect(accepted[0]).toMatchObject({ entry: { hashname: alice.hashname } });
    // Who repeats himself meanwhile gets nothing either, until it is written.
    expect(bob.step({ type: "packet", bytes, path: "alice" }, { ...now, ms: 5_000 })).toEqual([]);
    const told = bob.step({ type: "persisted", id: 1 }, now);
    expect(told.map(({ type }) => type)).toEqual(["send", "up", "send"]);
  });

  test("flights are sent again verbatim at 1, 3, 7 and 15 seconds; at 30 the peer is down and nothing is left", () => {
    const net = network(3, 1);
    const { simulation } = net;
    const times: number[] = [];
    simulation.policy = () => {
      times.push(simulation.clock.ms);
      return [];
    };
    net.link(1, 2);
    simulation.run({ limitMs: 100_000 });
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(new Set(simulation.sent.map(({ bytes }) => bytes.join())).size).toBe(1);
    expect(simulation.outputsOf(1, "down")).toMatchObject([{ reason: "unanswered" }]);
    // No wake is left, so that time stood still.
    expect(simulation.clock.ms).toBe(30_000);
    net.link(1, 2);
    simulation.run({ limitMs: 40_000 });
    const ats = simulation.outputsOf(1, "persist").map(({ entry }) => entry.at);
    expect(ats).toHaveLength(2);
    expect(first(ats.slice(1))).toBeGreaterThan(first(ats));
    // Of another exchange, so under another key.
    expect(first(simulation.sent).bytes.slice(3, 19)).not.toEqual(simulation.sent.at(-1)?.bytes.slice(3, 19));
  });

  test("of whom only the hashname is known is waited for, and is no stranger", () => {
    const net = network(4);
    net.simulation.input(2, { type: "link", peer: { hashname: net.hashnames[0] ?? "" }, path: 9 });
    net.link(1, 2);
    expect(net.up()).toBe(true);
    expect(net.simulation.outputsOf(2, "offer")).toMatchObject([{ stranger: false }]);
  });

  test("a hashname of several keys is proven by the link", () => {
    const net = network(5, 1);
    const other = intermediateOf(utf8("a key of another cipher set"));
    const bob = net.start(2, { intermediates: { "1a": other } });
    const key = keyPair(101)["3a"].publicKey;
    const rolled = rollUp([
      { csid: 0x3a, key },
      { csid: 0x1a, intermediate: other },
    ]);
    expect(rolled.ok && formatHashname(rolled.value)).toBe(bob.endpoint.hashname);
    net.simulation.input(1, { type: "link", peer: { hashname: bob.endpoint.hashname, keys: { "3a": key } }, path: 2 });
    expect(net.up()).toBe(true);
    // Whoever takes the key for all of the name is told so by the other end's link.
    const wrong = network(6, 1);
    wrong.start(2, { intermediates: { "1a": other } });
    wrong.link(1, 2);
    wrong.simulation.run({ limitMs: 31_000 });
    expect(dropsOf(wrong, 1)).toContain("cs3a.impostor");
    expect(wrong.simulation.outputsOf(1, "up")).toEqual([]);
  });

  test("wrong calls throw", () => {
    const keys = keyPair(100);
    const endpoint = createEndpoint({ keys, dh: backend.dh, randomBytes });
    const now = { ms: 0, unixSeconds: 0 };
    const link = (peer: object) => () => endpoint.step({ type: "link", peer, path: "x" }, now);
    for (const peer of [{}, { hashname: "x" }, { keys: { "3A": randomBytes(32) } }, { keys: { "3a": "!" } }]) {
      expect(link(peer)).toThrow(usage("usage.peer-name"));
    }
    expect(link({ keys: { "3a": new Uint8Array(32) } })).toThrow(usage("usage.peer-name"));
    expect(link({ keys: { "3a": keys["3a"].publicKey } })).toThrow(usage("usage.same-endpoint"));
    const hashname = endpoint.hashname;
    expect(() => endpoint.step({ type: "open", hashname, channelType: "x", reliable: true }, now)).toThrow(
      usage("usage.unknown-peer"),
    );
    const provide = (messages: readonly HandshakeMessage[]) => () => endpoint.step({ type: "provide", messages }, now);
    expect(provide([message("link", "")])).toThrow(usage("usage.reserved-type"));
    expect(provide([message("tx", "x".repeat(1_300))])).toThrow(usage("usage.too-long"));
    expect(() => createEndpoint({ keys, dh: backend.dh, randomBytes, intermediates: { x: other32 } })).toThrow(
      usage("usage.csid"),
    );
    expect(() => createEndpoint({ keys, dh: backend.dh, randomBytes, intermediates: { "3a": other32 } })).toThrow(
      usage("usage.hashname"),
    );
  });
});

describe("an application", () => {
  test("waits for all messages that it requires, in any order, and sees them together", () => {
    const net = network(7, 1);
    const bob = net.start(2);
    net.start(1, { messages: [message("jwt", "token"), message("tx", "coins")] });
    bob.decide = ({ messages }) => (messages.length === 3 ? "accept" : "wait");
    net.link(1, 2);
    expect(net.up()).toBe(true);
    const offers = net.simulation.outputsOf(2, "offer");
    expect(offers.map(({ messages }) => messages.map(({ type }) => type))).toEqual([
      ["link"],
      ["link", "jwt"],
      ["link", "jwt", "tx"],
    ]);
    expect(new Set(offers.map(({ id }) => id)).size).toBe(1);
    expect(offers[2]?.messages[1]?.body).toEqual(utf8("token"));
  });

  test("refuses in silence: no answer, no at, no second offer of the same", () => {
    const net = network(8);
    const [, bob] = net.stations;
    if (bob !== undefined) bob.decide = () => "refuse";
    net.link(1, 2);
    net.simulation.run({ limitMs: 20_000 });
    expect(net.simulation.sent.every(({ from }) => from === 1)).toBe(true);
    expect(net.simulation.outputsOf(2, "offer")).toHaveLength(1);
    expect(net.simulation.outputsOf(2, "persist")).toEqual([]);
    expect(dropsOf(net, 2)).toEqual(Array(4).fill("exchange.refused"));
  });

  test("that never decides says nothing to the peer, and after 30 seconds there is nothing to decide", () => {
    const net = network(9);
    const [, bob] = net.stations;
    if (bob !== undefined) bob.decide = () => "wait";
    net.link(1, 2);
    net.simulation.run({ limitMs: 31_000 });
    net.simulation.input(2, { type: "accept", id: 1 });
    expect(net.simulation.sent.every(({ from }) => from === 1)).toBe(true);
    expect(net.simulation.outputsOf(1, "down")).toMatchObject([{ reason: "unanswered" }]);
    expect(net.simulation.outputsOf(2, "up")).toEqual([]);
  });

  test("provides something new at any time: peers that are up hear it with a new at, others when they are met", () => {
    const net = network(10);
    net.simulation.input(1, { type: "provide", messages: [message("jwt", "early")] });
    expect(net.simulation.sent).toEqual([]);
    net.link(1, 2);
    net.up();
    net.simulation.input(1, { type: "provide", messages: [message("jwt", "late"), message("tx", "coins")] });
    net.simulation.run({ limitMs: 60_000 });
    const last = net.simulation.outputsOf(2, "offer").at(-1);
    expect(last?.messages.map(({ type }) => type)).toEqual(["link", "jwt", "tx"]);
    expect(last?.messages[1]?.body).toEqual(utf8("late"));
    expect(net.simulation.outputsOf(1, "alive")).toHaveLength(1);
    expect(net.simulation.outputsOf(2, "alive")).toHaveLength(1);
    expect(net.simulation.outputsOf(2, "up")).toHaveLength(1);
  });

  test("keeps a path alive with a higher at in the same exchange, and channels go on", () => {
    const net = network(11);
    const hashname = net.hashnames[1] ?? "";
    net.link(1, 2);
    net.up();
    net.simulation.input(1, { type: "open", hashname, channelType: "x", reliable: true, content: { body: utf8("a") } });
    net.simulation.run({ limitMs: 10_000 });
    net.simulation.input(1, { type: "keep-alive" });
    net.simulation.run({ limitMs: 10_000 });
    net.simulation.input(2, { type: "keep-alive", hashname: net.hashnames[0] ?? "" });
    net.simulation.run({ limitMs: 10_000 });
    net.simulation.input(1, { type: "send", hashname, channel: 1, content: { body: utf8("b") } });
    net.simulation.run({ limitMs: 10_000 });
    expect(net.simulation.outputsOf(2, "deliver").map(({ body }) => body)).toEqual([utf8("a"), utf8("b")]);
    expect(net.simulation.outputsOf(1, "alive")).toHaveLength(2);
    const ats = net.simulation.outputsOf(1, "persist").map(({ entry }) => entry.at);
    expect(ats).toEqual(ats.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(new Set(ats).size).toBe(3);
  });

  test("learns that a peer is gone when it does not answer a keep-alive", () => {
    const net = network(12);
    net.link(1, 2);
    net.up();
    net.simulation.input(1, {
      type: "open",
      hashname: net.hashnames[1] ?? "",
      channelType: "x",
      reliable: false,
    });
    net.simulation.remove(2);
    net.simulation.input(1, { type: "keep-alive" });
    net.simulation.run({ limitMs: 40_000 });
    expect(net.simulation.outputsOf(1, "down")).toMatchObject([{ reason: "unanswered" }]);
    expect(net.simulation.outputsOf(1, "channel-closed")).toMatchObject([{ channel: 1 }]);
  });

  test("takes its yes back, or ends a peer: the keys are gone", () => {
    const net = network(13);
    net.link(1, 2);
    net.up();
    net.simulation.input(2, { type: "refuse", id: 1 });
    expect(net.simulation.outputsOf(2, "down")).toMatchObject([{ reason: "refused" }]);
    net.simulation.input(1, { type: "end" });
    expect(net.simulation.outputsOf(1, "down")).toMatchObject([{ reason: "ended" }]);
    net.simulation.input(1, { type: "keep-alive" });
    net.simulation.run({ limitMs: 60_000 });
    expect(net.simulation.sent).toHaveLength(2);
  });
});

describe("after a restart", () => {
  test("with the persisted at the peer is met again by a higher one, and the old exchange is replaced", () => {
    const net = network(14);
    net.link(1, 2);
    net.up();
    const hashname = net.hashnames[1] ?? "";
    net.simulation.input(2, { type: "open", hashname: net.hashnames[0] ?? "", channelType: "x", reliable: true });
    const at = first(net.simulation.outputsOf(1, "persist")).entry.at;
    // The clock is an hour behind, so that only what was persisted makes the new at higher.
    net.simulation.clock.epochSeconds -= 3_600;
    net.start(1, { highest: new Map([[hashname, at]]) });
    net.link(1, 2);
    expect(net.up(2)).toBe(true);
    expect(net.simulation.outputsOf(2, "down")).toMatchObject([{ reason: "replaced" }]);
    expect(net.simulation.outputsOf(2, "channel-closed")).toMatchObject([{ err: "reset" }]);
    expect(net.simulation.outputsOf(2, "up").map((up) => up.at)).toEqual([at, at + 2n]);
  });

  test("at 2^64-1 there is nothing more to say between the two", () => {
    const net = network(15);
    const hashname = net.hashnames[1] ?? "";
    const order = net.simulation.outputsOf(1, "persist");
    expect(order).toEqual([]);
    for (const highest of [LAST_AT - 1n, LAST_AT]) {
      net.start(1, { highest: new Map([[hashname, highest]]) });
      net.link(1, 2);
      net.simulation.run({ limitMs: 40_000 });
    }
    const exhausted = net.simulation.outputsOf(1, "exhausted").length;
    const used = net.simulation.outputsOf(1, "persist").map(({ entry }) => entry.at);
    // Which of the two may use the very last one is a matter of its order.
    expect(used.every((value) => value === LAST_AT)).toBe(true);
    expect(exhausted + used.length).toBe(2);
    expect(exhausted).toBeGreaterThan(0);
  });

  test("an at above 2^53 is exact from end to end", () => {
    const net = network(16);
    const hashname = net.hashnames[1] ?? "";
    net.start(1, { highest: new Map([[hashname, 2n ** 63n + 1n]]) });
    net.link(1, 2);
    expect(net.up()).toBe(true);
    const [at] = net.simulation.outputsOf(2, "persist").map(({ entry }) => entry.at);
    expect([2n ** 63n + 2n, 2n ** 63n + 3n]).toContain(at);
    expect(net.simulation.outputsOf(1, "up")[0]?.at).toBe(at);
  });
});
