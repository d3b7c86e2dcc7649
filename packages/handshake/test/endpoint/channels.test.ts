import type { OutgoingContent } from "@countersign/handshake/e3x";
import { UsageError, utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { ForeignPeer } from "./foreign-peer.ts";
import { network } from "./station.ts";
import { Target } from "./target.ts";

const usage = (code: string) => expect.toSatisfy((error) => error instanceof UsageError && error.code === code);

/** Two endpoints that are up; `open` opens a channel from one of them. */
function pair(seed: number) {
  const net = network(seed);
  net.link(1, 2);
  net.up();
  const towards = (number: number) => net.hashnames[2 - number] ?? "";
  const open = (number: number, reliable: boolean, content: OutgoingContent = {}, channelType = "x") => {
    net.simulation.input(number, { type: "open", hashname: towards(number), channelType, reliable, content });
    return net.simulation.outputsOf(number, "channel-opened").findLast(({ opener }) => opener === "self")?.channel ?? 0;
  };
  const send = (number: number, channel: number, content: OutgoingContent) =>
    net.simulation.input(number, { type: "send", hashname: towards(number), channel, content });
  const closed = (number: number) =>
    net.simulation.outputsOf(number, "channel-closed").map(({ channel, err }) => ({ channel, err }));
  return { ...net, open, send, closed, towards };
}

describe("channels", () => {
  test("have odd ids at one end and even ids at the other, each above the last", () => {
    const { open, hashnames, simulation } = pair(1);
    const ids = [1, 2].map((number) => [open(number, true), open(number, false), open(number, true)]);
    expect(ids.map((list) => list[0]).toSorted()).toEqual([1, 2]);
    for (const list of ids) expect(list).toEqual([0, 2, 4].map((above) => (list[0] ?? 0) + above));
    simulation.run({ limitMs: 5_000 });
    expect(simulation.outputsOf(2, "channel-opened").filter(({ opener }) => opener === "peer")).toHaveLength(3);
    expect(hashnames).toHaveLength(2);
  });

  test("carry JSON, bodies and the type of the channel, and end from both sides", () => {
    for (const reliable of [true, false]) {
      const { simulation, open, send, closed } = pair(2);
      const channel = open(1, reliable, { json: { a: [1] }, body: utf8("one") }, "stream");
      send(1, channel, { body: utf8("two"), end: true });
      simulation.run({ limitMs: 5_000 });
      expect(simulation.outputsOf(2, "channel-opened")).toMatchObject([
        { channel, channelType: "stream", reliable, opener: "peer" },
      ]);
      expect(simulation.outputsOf(2, "deliver")).toMatchObject([
        { channel, json: { a: [1] }, body: utf8("one"), end: false },
        { channel, json: {}, body: utf8("two"), end: true },
      ]);
      expect(simulation.outputsOf(1, "deliver")).toMatchObject([{ end: true, body: new Uint8Array(0) }]);
      expect([closed(1), closed(2)]).toEqual([[{ channel, err: undefined }], [{ channel, err: undefined }]]);
      simulation.run({ limitMs: 120_000 });
      expect([closed(1), closed(2)]).toEqual([[{ channel, err: undefined }], [{ channel, err: undefined }]]);
    }
  });

  test("that are opened before the peer is up wait, and leave when the handshake is confirmed", () => {
    const { simulation, link, up, hashnames } = network(3);
    link(1, 2);
    const hashname = hashnames[1] ?? "";
    simulation.policy = () => [];
    const content = { body: utf8("a") };
    // Its time begins when the peer can hear it.
    simulation.input(1, { type: "open", hashname, channelType: "x", reliable: true, content, timeoutMs: 5_000 });
    const [opened] = simulation.outputsOf(1, "channel-opened");
    simulation.input(1, { type: "send", hashname, channel: opened?.channel ?? 0, content: { body: utf8("b") } });
    simulation.run({ limitMs: 14_000 });
    expect(simulation.sent.every(({ bytes }) => bytes[1] === 1)).toBe(true);
    simulation.policy = (envelope) => [{ ...envelope, delayMs: 1 }];
    expect(up()).toBe(true);
    simulation.run({ limitMs: 20_000 });
    expect(simulation.outputsOf(2, "deliver").map(({ body }) => body)).toEqual([utf8("a"), utf8("b")]);
    expect(simulation.outputsOf(1, "channel-closed")).toEqual([]);
  });

  test("that wait for a peer who does not come are closed with it", () => {
    const { simulation, link, hashnames } = network(4);
    simulation.remove(2);
    link(1, 2);
    const hashname = hashnames[1] ?? "";
    simulation.input(1, { type: "open", hashname, channelType: "x", reliable: true, content: {} });
    simulation.run({ limitMs: 40_000 });
    expect(simulation.outputsOf(1, "channel-closed")).toMatchObject([{ err: "reset" }]);
    // Whoever sends cannot know yet.
    expect(simulation.input(1, { type: "send", hashname, channel: 1, content: {} })).toMatchObject([{ type: "drop" }]);
  });

  test("whose packets come before the answer to the handshake are read when it is there", () => {
    const net = network(5);
    const held: { from: number; to: number; bytes: Uint8Array }[] = [];
    net.simulation.policy = (envelope) => {
      const answer = envelope.from === 2 && envelope.bytes[1] === 1;
      if (answer) held.push(envelope);
      return answer ? [] : [{ ...envelope, delayMs: 1 }];
    };
    net.link(1, 2);
    net.simulation.run({ limitMs: 100 });
    const hashname = net.hashnames[0] ?? "";
    net.simulation.input(2, {
      type: "open",
      hashname,
      channelType: "x",
      reliable: false,
      content: { body: utf8("early") },
    });
    net.simulation.run({ limitMs: 100 });
    expect(net.simulation.outputsOf(1, "deliver")).toEqual([]);
    for (const envelope of held.slice(0, 1)) net.simulation.deliver(envelope);
    expect(net.simulation.outputsOf(1, "deliver")).toMatchObject([{ body: utf8("early") }]);
  });

  test("that are opened before the answer is here are kept to a number; those of our own parity are nobody's", () => {
    const target = new Target();
    const peer = new ForeignPeer(target.key);
    const called = target.step({ type: "link", peer: { keys: { "3a": peer.key } }, path: "there" });
    const at = called.flatMap((output) => (output.type === "send" ? [peer.hear(output.bytes)?.json["at"]] : []))[0];
    const own = peer.odd ? 1 : 2;
    for (let n = 0; n < 20; n++) target.packet(peer.channel(`{"c":${own + 2 * n},"type":"x"}`));
    expect(target.codes(target.said)).toEqual(Array(4).fill("endpoint.early"));
    target.packet(peer.handshake(`{"at":${at}}`));
    expect(target.of("channel-opened")).toHaveLength(16);
    expect(target.codes(target.packet(peer.channel(`{"c":${3 - own},"type":"x"}`)))).toEqual(["channel.parity"]);
  });

  test("opens that overtake each other all open, each once", () => {
    const { simulation, open } = pair(6);
    const held: Parameters<typeof simulation.deliver>[0][] = [];
    simulation.policy = (envelope) => {
      held.push(envelope);
      return [];
    };
    const ids = Array.from({ length: 8 }, () => open(1, false));
    for (const envelope of [...held.toReversed(), ...held]) simulation.deliver(envelope);
    const opened = simulation.outputsOf(2, "channel-opened").map(({ channel }) => channel);
    expect(opened).toEqual(ids.toReversed());
    expect(simulation.outputsOf(2, "drop").map(({ code }) => code)).toEqual(Array(8).fill("channel.repeated"));
  });

  test("an error closes both ends at once, in the words of who gave up", () => {
    const { simulation, open, closed, towards } = pair(7);
    const channel = open(1, true, { body: utf8("a") });
    simulation.run({ limitMs: 100 });
    simulation.input(2, { type: "fail", hashname: towards(2), channel, err: "no room" });
    simulation.run({ limitMs: 100 });
    expect([closed(1), closed(2)]).toEqual([[{ channel, err: "no room" }], [{ channel, err: "no room" }]]);
    const count = simulation.sent.length;
    simulation.run({ limitMs: 120_000 });
    expect(simulation.sent).toHaveLength(count);
  });

  test("time out where nobody answers, at the moment that was asked for; open ones wait for ever", () => {
    const { simulation, closed, towards, stations } = pair(8);
    const [, bob] = stations;
    const open = (reliable: boolean, timeoutMs: number) =>
      simulation.input(1, { type: "open", hashname: towards(1), channelType: "x", reliable, timeoutMs });
    open(true, 20_000);
    simulation.run({ limitMs: 100 });
    if (bob !== undefined) bob.polite = false;
    simulation.run({ limitMs: 600_000 });
    expect(closed(1)).toEqual([]);
    simulation.remove(2);
    const begun = simulation.clock.ms;
    open(false, 5_000);
    open(true, 7_000);
    simulation.input(1, {
      type: "send",
      hashname: towards(1),
      channel: simulation.outputsOf(1, "channel-opened")[0]?.channel ?? 0,
      content: {},
    });
    const times: number[] = [];
    simulation.run({
      until: () => {
        if (closed(1).length > times.length) times.push(simulation.clock.ms - begun);
        return false;
      },
      limitMs: 100_000,
    });
    expect(times).toEqual([5_000, 7_000, 20_000]);
    expect(closed(1).map(({ err }) => err)).toEqual(["timeout", "timeout", "timeout"]);
  });

  test("packets have 1,400 bytes at most, whatever numbers they carry", () => {
    const { simulation, open, send } = pair(9);
    simulation.policy = (envelope, random) =>
      random.chance(0.3) ? [] : [{ ...envelope, delayMs: 1 + random.integer(200) }];
    const body = (reliable: boolean) => new Uint8Array(1_342 - 2 - `{"c":1,"type":"x"}`.length - (reliable ? 34 : 0));
    for (const reliable of [true, false]) {
      expect(() => open(1, reliable, { body: new Uint8Array(body(reliable).length + 1) })).toThrow(
        usage("usage.too-long"),
      );
    }
    // Both ends send all that fits, so that some packets would be too long with a `miss`.
    const channel = open(1, true, { body: body(true) });
    simulation.run({ limitMs: 10_000 });
    const rest = new Uint8Array(1_342 - 2 - `{"c":1}`.length - 34);
    for (let n = 0; n < 60; n++) for (const number of [1, 2]) send(number, channel, { body: rest });
    simulation.run({ limitMs: 200_000 });
    expect(Math.max(...simulation.sent.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1_400);
    expect(simulation.sent.some(({ bytes }) => bytes.length > 1_395)).toBe(true);
    expect(simulation.outputsOf(1, "deliver")).toHaveLength(60);
    expect(simulation.outputsOf(2, "deliver")).toHaveLength(61);
  });

  test("tell what the other end has processed, and when there is room", () => {
    const { simulation, open, send, towards, stations } = pair(10);
    const channel = open(1, true);
    simulation.run({ limitMs: 2_000 });
    expect(simulation.outputsOf(1, "confirmed")).toMatchObject([{ channel, seq: 1 }]);
    simulation.policy = () => [];
    const name = { hashname: towards(1), channel };
    let sent = 0;
    while (stations[0]?.endpoint.writable(name)) {
      send(1, channel, {});
      sent++;
    }
    expect(sent).toBe(150);
    expect(() => send(1, channel, {})).toThrow(usage("usage.not-writable"));
    expect(stations[0]?.endpoint.writable({ ...name, channel: 99 })).toBe(false);
  });

  test("wrong calls throw; what cannot be known yet does not", () => {
    const { simulation, open, send, towards } = pair(11);
    const channel = open(1, true);
    for (const key of ["c", "type", "end", "err", "seq", "ack", "miss"]) {
      expect(() => send(1, channel, { json: { [key]: 1 } })).toThrow(usage("usage.reserved-key"));
    }
    send(1, channel, { end: true });
    expect(() => send(1, channel, {})).toThrow(usage("usage.channel-ended"));
    expect(() => send(1, channel + 2, {})).toThrow(usage("usage.unknown-channel"));
    expect(() => simulation.input(1, { type: "processed", hashname: towards(1), channel })).toThrow(
      usage("usage.nothing-delivered"),
    );
    for (let n = 1; n < 256; n++) open(1, false);
    expect(() => open(1, false)).toThrow(usage("usage.too-many-channels"));
  });
});
