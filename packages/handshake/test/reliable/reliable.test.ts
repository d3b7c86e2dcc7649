import {
  type ChannelContent,
  encodeMiss,
  ReliableChannel,
  type ReliableOptions,
  type ReliableOutput,
  readReliableHeader,
} from "@countersign/handshake/e3x";
import { SeededRandom } from "@countersign/testkit";
import { type JsonObject, UsageError } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const none = new Uint8Array(0);
const content = (json: JsonObject): ChannelContent => ({ json, body: none });
const packet = (json: JsonObject) => ({ type: "packet" as const, content: content(json) });
const send = (json: JsonObject = {}) => ({ type: "send" as const, content: content(json) });
const usage = (code: string) => expect.toSatisfy((error) => error instanceof UsageError && error.code === code);
const sent = (outputs: readonly ReliableOutput[]) =>
  outputs.flatMap((output) => (output.type === "transmit" ? [output.content.json] : []));
const types = (outputs: readonly ReliableOutput[]) => outputs.map(({ type }) => type);

describe("seq, ack and miss", () => {
  test("telehash's own example of a miss", () => {
    const miss = { missing: [78235, 78236, 78238, 78245], end: 78251 };
    expect(encodeMiss(78231, miss)).toEqual([4, 1, 2, 7, 6]);
    expect(readReliableHeader({ ack: 78231, miss: [4, 1, 2, 7, 6] })).toEqual({
      ok: true,
      value: { seq: undefined, ack: 78231, miss },
    });
    expect(() => encodeMiss(5, { missing: [6, 6], end: 9 })).toThrow(usage("usage.out-of-range"));
    expect(() => encodeMiss(5, { missing: [], end: 5 })).toThrow(usage("usage.out-of-range"));
  });

  test("numbers of 32 bits, seq from 1", () => {
    expect(readReliableHeader({ seq: 1, ack: 0, other: "x" })).toMatchObject({ ok: true, value: { seq: 1, ack: 0 } });
    expect(readReliableHeader({ seq: 4294967295, ack: 4294967295 })).toMatchObject({ ok: true });
    for (const seq of [0, -1, 1.5, 4294967296, "1", null, true, Number.NaN]) {
      expect(readReliableHeader({ seq })).toMatchObject({ ok: false, code: "wire.malformed" });
    }
    for (const ack of [-1, 4294967296, "0"]) expect(readReliableHeader({ ack })).toMatchObject({ ok: false });
    for (const miss of [[0], [1.5], ["1"], "1", { length: 1 }]) {
      expect(readReliableHeader({ ack: 1, miss })).toMatchObject({ ok: false, code: "wire.malformed" });
    }
    for (const ack of [1, undefined]) {
      expect(readReliableHeader({ ack, miss: [] })).toEqual({
        ok: true,
        value: { seq: undefined, ack, miss: undefined },
      });
    }
    expect(readReliableHeader({ miss: [1] })).toMatchObject({ ok: false, code: "wire.malformed" });
    expect(readReliableHeader({ ack: 4294967294, miss: [1, 1] })).toMatchObject({
      ok: false,
      code: "wire.out-of-range",
    });
    expect(readReliableHeader(Object.create({ seq: 7 }))).toMatchObject({ ok: true, value: { seq: undefined } });
  });
});

describe("a reliable channel", () => {
  test("delivers in order, the next when the last was processed, and acknowledges what was processed", () => {
    const channel = new ReliableChannel();
    expect(channel.step(packet({ seq: 2 }), 0)).toEqual([
      { type: "transmit", content: content({ ack: 0, miss: [1, 49] }) },
    ]);
    const first = channel.step(packet({ seq: 1 }), 10);
    expect(first).toEqual([
      { type: "deliver", seq: 1, content: content({ seq: 1 }) },
      { type: "wake", at: 1_010 },
    ]);
    expect(channel.step({ type: "processed" }, 20)).toEqual([
      { type: "deliver", seq: 2, content: content({ seq: 2 }) },
    ]);
    expect(channel.step({ type: "processed" }, 30)).toEqual([]);
    expect(() => channel.step({ type: "processed" }, 30)).toThrow(usage("usage.nothing-delivered"));
    expect(channel.step({ type: "time" }, 1_009)).toEqual([]);
    expect(channel.step({ type: "time" }, 1_010)).toEqual([
      { type: "transmit", content: content({ ack: 2 }) },
      { type: "wake", at: undefined },
    ]);
  });

  test("an acknowledgement goes along with content", () => {
    const channel = new ReliableChannel();
    expect(sent(channel.step(send({ a: 1 }), 0))).toEqual([{ a: 1, seq: 1 }]);
    channel.step(packet({ seq: 1 }), 0);
    channel.step({ type: "processed" }, 0);
    expect(sent(channel.step(send({ a: 2 }), 5))).toEqual([{ a: 2, seq: 2, ack: 1 }]);
    expect(sent(channel.step({ type: "time" }, 1_000))).toEqual([]);
  });

  test("what is missing is sent again at once, and then once a second at most", () => {
    const channel = new ReliableChannel();
    for (let i = 0; i < 4; i++) channel.step(send(), 0);
    const miss = packet({ ack: 1, miss: [1, 1, 48] });
    expect(sent(channel.step(miss, 10))).toEqual([{ seq: 2 }, { seq: 3 }]);
    expect(sent(channel.step(miss, 1_009))).toEqual([]);
    expect(sent(channel.step(miss, 1_010))).toEqual([{ seq: 2 }, { seq: 3 }]);
    // Those that were never sent are nobody's to send again.
    expect(sent(channel.step(packet({ ack: 1, miss: [5, 48] }), 1_020))).toEqual([]);
  });

  test("nobody misses what came last, so oldest and newest are sent again after two seconds without progress", () => {
    const channel = new ReliableChannel();
    for (let i = 0; i < 4; i++) channel.step(send(), 0);
    expect(sent(channel.step({ type: "time" }, 1_999))).toEqual([]);
    expect(channel.step(packet({ ack: 1 }), 1_999)).toEqual([
      { type: "confirmed", seq: 1 },
      { type: "wake", at: 3_999 },
    ]);
    expect(sent(channel.step({ type: "time" }, 3_999))).toEqual([{ seq: 2 }, { seq: 4 }]);
    channel.step(packet({ ack: 3 }), 4_000);
    expect(sent(channel.step({ type: "time" }, 6_000))).toEqual([{ seq: 4 }]);
    expect(channel.step(packet({ ack: 4 }), 6_001)).toEqual([
      { type: "confirmed", seq: 4 },
      { type: "wake", at: undefined },
    ]);
  });

  test("an acknowledgement that was overtaken by a later one says nothing any more", () => {
    const channel = new ReliableChannel();
    for (let i = 0; i < 6; i++) channel.step(send(), 0);
    channel.step(packet({ ack: 4 }), 0);
    expect(channel.step(packet({ ack: 2, miss: [3, 1] }), 0)).toEqual([]);
    expect(channel.writable).toBe(true);
  });

  test("the window is what the other end has room for", () => {
    const channel = new ReliableChannel({ outgoing: 4 });
    for (let i = 0; i < 4; i++) channel.step(send(), 0);
    expect(channel.writable).toBe(false);
    expect(() => channel.step(send(), 0)).toThrow(usage("usage.not-writable"));
    channel.step(packet({ ack: 2, miss: [2] }), 0);
    expect(channel.writable).toBe(false);
    channel.step(packet({ ack: 3 }), 0);
    expect(channel.writable).toBe(true);
    channel.step(packet({ ack: 4, miss: [1_000] }), 0);
    for (let i = 0; i < 4; i++) channel.step(send(), 0);
    expect(channel.writable).toBe(false);
  });

  test("a receiver that fills up says how much it takes, and drops what is beyond", () => {
    const channel = new ReliableChannel({ incoming: 4 });
    expect(sent(channel.step(packet({ seq: 1 }), 0))).toEqual([]);
    expect(sent(channel.step(packet({ seq: 2 }), 0))).toEqual([]);
    expect(sent(channel.step(packet({ seq: 3 }), 0))).toEqual([{ ack: 0, miss: [4] }]);
    const beyond = channel.step(packet({ seq: 5 }), 0);
    expect(beyond).toContainEqual({ type: "drop", code: "reliable.beyond" });
    // 4 is missing, but is also the end: it is named as soon as there is room for more.
    expect(sent(beyond)).toEqual([{ ack: 0, miss: [4] }]);
    channel.step({ type: "processed" }, 0);
    expect(sent(channel.step({ type: "processed" }, 0))).toEqual([{ ack: 2, miss: [2, 1, 1] }]);
  });

  test("drops what cannot be, and what came before, whose acknowledgement is heard all the same", () => {
    const channel = new ReliableChannel();
    channel.step(send(), 0);
    expect(types(channel.step(packet({ seq: 0, ack: 1 }), 0))).toEqual(["drop"]);
    expect(channel.step(packet({ seq: 1, ack: 2 }), 0)).toEqual([{ type: "drop", code: "reliable.ack-ahead" }]);
    expect(types(channel.step(packet({ seq: 1 }), 0))).toEqual(["deliver", "wake"]);
    const repeated = channel.step(packet({ seq: 1, ack: 1 }), 1);
    expect(repeated.slice(0, 2)).toEqual([
      { type: "confirmed", seq: 1 },
      { type: "drop", code: "reliable.repeated" },
    ]);
    expect(sent(repeated)).toEqual([{ ack: 0 }]);
    expect(channel.step(packet({ ack: 0, miss: [1] }), 2)).toEqual([]);
  });

  test("wrong calls throw", () => {
    for (const incoming of [0, 1.5])
      expect(() => new ReliableChannel({ incoming })).toThrow(usage("usage.out-of-range"));
    for (const key of ["seq", "ack", "miss"]) {
      expect(() => new ReliableChannel().step(send({ [key]: 1 }), 0)).toThrow(usage("usage.reserved-key"));
    }
  });
});

/** Two ends that send `count` packets each over a link that loses, doubles and reorders; what each delivered. */
function talk(seed: number, count: number, options: ReliableOptions, loss: number): number[][] {
  const random = new SeededRandom(seed);
  const ends = [new ReliableChannel(options), new ReliableChannel(options)] as const;
  const delivered: number[][] = [[], []];
  const confirmed: number[][] = [[], []];
  const wakes: (number | undefined)[] = [undefined, undefined];
  const said = [0, 0];
  let flying: { at: number; to: 0 | 1; content: ChannelContent }[] = [];
  let now = 0;
  const work: { at: number; end: 0 | 1 }[] = [];
  const step = (end: 0 | 1, input: Parameters<ReliableChannel["step"]>[0]) => {
    for (const output of ends[end].step(input, now)) {
      if (output.type === "wake") wakes[end] = output.at;
      if (output.type === "confirmed") confirmed[end]?.push(output.seq);
      if (output.type === "deliver") {
        delivered[end]?.push(output.content.json["value"] as number);
        work.push({ at: now + random.integer(20), end });
      }
      for (let copies = random.chance(0.1) ? 2 : 1; output.type === "transmit" && copies > 0; copies--) {
        if (random.chance(loss)) continue;
        flying.push({ at: now + 1 + random.integer(100), to: end === 0 ? 1 : 0, content: output.content });
      }
    }
  };
  const done = () => confirmed.every((one) => one.length === count);
  for (; now < 3_000_000 && !done(); now++) {
    for (const end of [0, 1] as const) {
      const value = said[end] as number;
      if (value < count && ends[end].writable) {
        said[end] = value + 1;
        step(end, send({ value }));
      }
      const wake = wakes[end];
      if (wake !== undefined && now >= wake) step(end, { type: "time" });
    }
    for (const one of work.filter(({ at }) => at <= now)) {
      work.splice(work.indexOf(one), 1);
      step(one.end, { type: "processed" });
    }
    const arrived = flying.filter(({ at }) => at <= now);
    flying = flying.filter(({ at }) => at > now);
    for (const { to, content } of arrived) step(to, { type: "packet", content });
  }
  expect(done()).toBe(true);
  return delivered;
}

describe("over a link that loses, doubles and reorders", () => {
  const all = (count: number) => Array.from({ length: count }, (_, index) => index);

  test.each([0, 0.1, 0.3, 0.6])("everything arrives once and in order, with %d of all packets lost", (loss) => {
    for (let seed = 0; seed < 8; seed++) {
      const options = { outgoing: 1 + (seed % 4) * 10, incoming: 1 + ((seed * 7) % 3) * 12 };
      expect(talk(seed, 60, options, loss)).toEqual([all(60), all(60)]);
    }
  });

  test("10,000 packets of any kind never throw", () => {
    const number = fc.oneof(fc.nat(8), fc.integer(), fc.constantFrom(4294967295, 4294967294, Number.NaN));
    const json = fc.record(
      { seq: number, ack: number, miss: fc.oneof(fc.array(number, { maxLength: 6 }), fc.jsonValue()) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(json, { maxLength: 12 }), (packets) => {
        const channel = new ReliableChannel({ incoming: 3, outgoing: 3 });
        channel.step(send(), 0);
        let processing = false;
        packets.forEach((one, now) => {
          for (const output of channel.step(packet(one), now * 400)) {
            if (output.type === "deliver") processing = true;
            if (output.type === "transmit") expect(readReliableHeader(output.content.json).ok).toBe(true);
          }
          if (processing && now % 2 === 0) {
            processing = types(channel.step({ type: "processed" }, now * 400)).includes("deliver");
          }
        });
      }),
      { numRuns: 10_000 },
    );
  });
});
