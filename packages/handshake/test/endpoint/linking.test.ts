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
    const [sent] = alice.step({ type: "persisted", id: 1 }, now);
    const bytes = sent?.type === "send" ? sent.bytes : utf8("");
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
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [(n + 0x40).toString(16), other32]));
    expect(() => createEndpoint({ keys, dh: backend.dh, randomBytes, intermediates: many })).toThrow(
      usage("usage.too-long"),
    );
    expect(provide([message("tx", "x".repeat(1_300))])).toThrow(usage("usage.too-long"));
    expect(() => createEndpoint({ keys, dh: backend.dh, randomBytes, intermediates: { x: other32 } })).toThrow(
      usage("usage.csid"),
    );
    expect(() => createEndpoint({ keys, dh: backend.dh, randomBytes, intermediates: { "3a": other32 } })).toThrow(
      usage("usage.hashname"),
    );
  });
});
