import { type JsonObject, UsageError } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import type { ChannelOutput } from "../../src/e3x-channels/channel-types.ts";
import { decodeChannelContent } from "../../src/e3x-channels/content.ts";
import { E3xChannel } from "../../src/e3x-channels/e3x-channel.ts";
import { ChannelTable } from "../../src/endpoint/channel-table.ts";
import { Order } from "../../src/exchange/at.ts";

const none = new Uint8Array(0);
const packet = (json: JsonObject) => ({ type: "packet", content: { json: { c: 1, ...json }, body: none } }) as const;
const open = (options: { reliable?: boolean; opener?: "self" | "peer"; timeoutMs?: number } = {}) =>
  new E3xChannel({ id: 1, type: "x", reliable: true, opener: "peer", ...options }, 0);
const sent = (outputs: readonly ChannelOutput[]) =>
  outputs.flatMap((output) => {
    const read = output.type === "transmit" ? decodeChannelContent(output.inner) : undefined;
    return read?.ok ? [read.value.content.json] : [];
  });
const types = (outputs: readonly ChannelOutput[]) => outputs.map(({ type }) => type);

describe("a channel", () => {
  test("delivers nothing that comes after an end, and goes on to acknowledge what came before it", () => {
    const channel = open();
    channel.step(packet({ seq: 1, end: true }), 0);
    expect(channel.step(packet({ seq: 2, more: 1 }), 0)).toEqual([{ type: "drop", code: "channel.after-end" }]);
    expect(sent(channel.step({ type: "processed" }, 0))).toEqual([{ c: 1, ack: 1 }]);
    expect(sent(channel.step(packet({ seq: 1, end: true }), 10))).toEqual([{ c: 1, ack: 1 }]);
    const plain = open({ reliable: false });
    expect(types(plain.step(packet({ end: true }), 0))).toEqual(["deliver"]);
    expect(plain.step(packet({ more: 1 }), 0)).toEqual([{ type: "drop", code: "channel.after-end" }]);
  });

  test("drops what overtook the end and stands behind it", () => {
    const channel = open();
    channel.step(packet({ seq: 3, more: 1 }), 0);
    channel.step(packet({ seq: 1 }), 0);
    channel.step({ type: "processed" }, 0);
    channel.step(packet({ seq: 2, end: true }), 0);
    const outputs = channel.step({ type: "processed" }, 0);
    expect(types(outputs).filter((type) => type === "deliver")).toEqual([]);
    expect(outputs).toContainEqual({ type: "drop", code: "channel.after-end" });
  });

  test("hands on the words of an error, whatever they are, and says no more", () => {
    for (const [err, words] of [
      ["no", "no"],
      [{ code: 1 }, "error"],
      [null, "error"],
    ] as const) {
      const channel = open();
      expect(channel.step(packet({ err }), 0)).toEqual([{ type: "closed", err: words }]);
      expect(channel.step(packet({ seq: 1 }), 0)).toEqual([{ type: "drop", code: "channel.closed" }]);
      expect(channel.step({ type: "processed" }, 0)).toEqual([]);
      expect(channel.due).toBeUndefined();
    }
  });

  test("sends what it was given, whatever becomes of the buffer, and no words that are too long", () => {
    const channel = open({ opener: "self" });
    const body = Uint8Array.of(1);
    const first = channel.step({ type: "send", content: { body } }, 0);
    body.fill(2);
    const again = channel.step({ type: "time" }, 2_000);
    expect(again).toContainEqual(first[0]);
    for (const length of [1_330, 70_000]) {
      expect(() => channel.step({ type: "fail", err: "x".repeat(length) }, 2_000)).toThrow(UsageError);
    }
    expect(channel.state).toBe("opening");
    expect(types(channel.step({ type: "fail", err: "x".repeat(1_300) }, 2_000))).toEqual(["transmit", "closed"]);
  });

  test("only true is an end", () => {
    const channel = open({ reliable: false });
    for (const end of [1, "true", false, null]) {
      expect(channel.step(packet({ end }), 0)).toMatchObject([{ type: "deliver", content: { end: false } }]);
    }
  });

  test("waits for a peer that shows signs of life, however slow its application is", () => {
    const channel = open({ opener: "self", timeoutMs: 5_000 });
    channel.step({ type: "send", content: {} }, 0);
    channel.step(packet({ seq: 1 }), 1_000);
    for (let now = 2_000; now < 60_000; now += 1_000) {
      channel.step({ type: "time" }, now);
      if (now % 4_000 === 0) channel.step(packet({ ack: 0, miss: [1, 49] }), now);
      expect(channel.state).toBe("open");
    }
    const outputs = channel.step({ type: "time" }, 61_000 + 5_000);
    expect(outputs).toContainEqual({ type: "closed", err: "timeout" });
    expect(sent(outputs)).toContainEqual({ c: 1, err: "timeout" });
  });

  test("lets its application take its time: what it says counts as a sign", () => {
    const channel = open({ reliable: false, timeoutMs: 5_000 });
    channel.step(packet({ end: true }), 0);
    for (let now = 4_000; now < 40_000; now += 4_000) {
      channel.step({ type: "time" }, now);
      channel.step({ type: "send", content: {} }, now);
    }
    expect(channel.state).toBe("ended");
    expect(types(channel.step({ type: "send", content: { end: true } }, 40_000))).toEqual(["transmit", "closed"]);
    expect(channel.state).toBe("closed");
  });

  test("keeps what is done for as long as the peer may repeat itself", () => {
    const channel = open({ timeoutMs: 5_000 });
    channel.step(packet({ seq: 1, end: true }), 0);
    channel.step({ type: "processed" }, 0);
    channel.step({ type: "send", content: { end: true } }, 0);
    expect(channel.step(packet({ ack: 1 }), 1_000)).toEqual([
      { type: "confirmed", seq: 1 },
      { type: "closed", err: undefined },
    ]);
    expect([channel.state, channel.due]).toEqual(["done", 6_000]);
    expect(sent(channel.step(packet({ seq: 1, end: true }), 2_000))).toEqual([{ c: 1, ack: 1 }]);
    expect(channel.step({ type: "time" }, 7_000)).toEqual([]);
    expect(channel.state).toBe("closed");
  });
});

test("a channel without numbers ends when its packets cannot be told apart any more", () => {
  const table = new ChannelTable(Order.EVEN);
  table.release(0);
  const nonce = new Uint8Array(24);
  const view = new DataView(nonce.buffer);
  const receive = (n: number, json: JsonObject = {}) => {
    view.setUint32(20, n);
    return table.receive({ channel: 1, content: { json: { c: 1, ...json }, body: none } }, nonce, 0);
  };
  receive(0, { type: "x" });
  for (let n = 1; n < 65_536; n++) receive(n);
  expect(receive(5)).toEqual([
    { type: "transmit", inner: expect.anything() },
    expect.objectContaining({ type: "channel-closed", err: "too many packets" }),
  ]);
  expect(receive(5)).toEqual([{ type: "drop", code: "channel.unknown" }]);
});

test("a peer that opens too many channels is told so", () => {
  const table = new ChannelTable(Order.EVEN);
  table.release(0);
  const receive = (channel: number) =>
    table.receive({ channel, content: { json: { c: channel, type: "x" }, body: none } }, new Uint8Array(24), 0);
  for (let n = 0; n < 256; n++)
    expect(receive(1 + 2 * n).map(({ type }) => type)).toEqual(["channel-opened", "deliver"]);
  expect(receive(513).map(({ type }) => type)).toEqual(["transmit", "drop"]);
  expect(receive(2)).toEqual([{ type: "drop", code: "channel.parity" }]);
  expect(receive(1)).toEqual([{ type: "drop", code: "channel.repeated" }]);
});
