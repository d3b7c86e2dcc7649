import type { HandshakeMessage } from "@countersign/handshake/e3x";
import { utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { network } from "./station.ts";

const message = (type: string, text: string): HandshakeMessage => ({ type, head: {}, body: utf8(text) });
const dropsOf = ({ simulation }: ReturnType<typeof network>, number: number) =>
  simulation.outputsOf(number, "drop").map(({ code }) => code);

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

  test("refuses an answer: the peer is down at once, and what waited for it is closed", () => {
    const net = network(14);
    const [alice] = net.stations;
    if (alice === undefined) throw new Error("there are two");
    const [, hashname = ""] = net.hashnames;
    alice.decide = () => "refuse";
    net.link(1, 2);
    net.simulation.input(1, { type: "open", hashname, channelType: "x", reliable: true });
    net.simulation.run({ limitMs: 10_000 });
    expect(net.simulation.outputsOf(1, "down")).toMatchObject([{ reason: "refused" }]);
    expect(net.simulation.outputsOf(1, "channel-closed")).toMatchObject([{ err: "reset" }]);
    // A call that the end of the first one takes along is not forgotten either.
    net.simulation.remove(2);
    net.link(1, 2);
    net.simulation.input(1, { type: "open", hashname, channelType: "x", reliable: true });
    net.simulation.run({ limitMs: 40_000 });
    expect(net.simulation.outputsOf(1, "down")).toMatchObject([{}, { reason: "unanswered" }]);
    expect(net.simulation.outputsOf(1, "channel-closed")).toHaveLength(2);
  });

  test("refuses the answer to a keep-alive: the exchange ends when that is forgotten, and it is said why", () => {
    const net = network(15);
    const [alice] = net.stations;
    if (alice === undefined) throw new Error("there are two");
    net.link(1, 2);
    net.up();
    alice.decide = () => "refuse";
    net.simulation.input(1, { type: "keep-alive" });
    net.simulation.run({ limitMs: 40_000 });
    expect(net.simulation.outputsOf(1, "down")).toMatchObject([{ reason: "refused" }]);
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
