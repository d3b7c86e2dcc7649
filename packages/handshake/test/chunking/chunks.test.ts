import { ACK_CHUNK, type ChunkEvent, ChunkJoiner, splitPacket } from "@countersign/handshake/e3x";
import { concat, limits, UsageError } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const counting = (length: number) => Uint8Array.from({ length }, (_, index) => index);
const usage = (code: string) => expect.toSatisfy((error) => error instanceof UsageError && error.code === code);
const packet = (bytes: Uint8Array): ChunkEvent => ({ type: "packet", bytes });

describe("packets in chunks", () => {
  test("telehash's own example", () => {
    expect(splitPacket(counting(10), 5)).toEqual([
      Uint8Array.of(4, 0, 1, 2, 3),
      Uint8Array.of(4, 4, 5, 6, 7),
      Uint8Array.of(2, 8, 9, 0),
    ]);
  });

  test("the end has a chunk of its own where the last one is full", () => {
    expect(splitPacket(counting(8), 5)).toEqual([
      Uint8Array.of(4, 0, 1, 2, 3),
      Uint8Array.of(4, 4, 5, 6, 7),
      Uint8Array.of(0),
    ]);
    expect(splitPacket(counting(1), 2)).toEqual([Uint8Array.of(1, 0), Uint8Array.of(0)]);
    for (const chunk of splitPacket(counting(10_000))) expect(chunk.length).toBeLessThanOrEqual(256);
  });

  test("wrong calls throw", () => {
    for (const size of [1, 257, 2.5]) expect(() => splitPacket(counting(3), size)).toThrow(usage("usage.out-of-range"));
    expect(() => splitPacket(new Uint8Array(0))).toThrow(usage("usage.length"));
    expect(splitPacket(new Uint8Array(limits.lobPacket)).length).toBeGreaterThan(1);
    expect(() => splitPacket(new Uint8Array(limits.lobPacket + 1))).toThrow(usage("usage.too-long"));
    for (const maxPacket of [0, -1, 1.5])
      expect(() => new ChunkJoiner({ maxPacket })).toThrow(usage("usage.out-of-range"));
  });
});

describe("chunks to packets", () => {
  test("a zero between packets is an acknowledgement, one behind a chunk ends the packet", () => {
    const joiner = new ChunkJoiner();
    expect(joiner.push(concat(ACK_CHUNK, ACK_CHUNK))).toEqual([{ type: "ack" }, { type: "ack" }]);
    expect(joiner.push(Uint8Array.of(2, 7))).toEqual([]);
    expect(joiner.pending).toBe(true);
    expect(joiner.push(Uint8Array.of(8))).toEqual([]);
    expect(joiner.pending).toBe(true);
    expect(joiner.push(Uint8Array.of(0, 0))).toEqual([packet(Uint8Array.of(7, 8)), { type: "ack" }]);
    expect(joiner.pending).toBe(false);
    expect(joiner.push(new Uint8Array(0))).toEqual([]);
  });

  test("the largest packet is accepted; one byte more is thrown away, and the stream goes on", () => {
    const joiner = new ChunkJoiner({ maxPacket: 300 });
    const stream = concat(...[300, 301, 5].flatMap((length) => splitPacket(counting(length))));
    expect(joiner.push(stream)).toEqual([
      packet(counting(300)),
      { type: "drop", code: "wire.too-long" },
      packet(counting(5)),
    ]);
  });

  test("a packet without end takes no more room than the limit", () => {
    const joiner = new ChunkJoiner({ maxPacket: 1_000 });
    const chunk = concat(Uint8Array.of(255), new Uint8Array(255));
    for (let i = 0; i < 10_000; i++) expect(joiner.push(chunk)).toEqual([]);
    expect(JSON.stringify(Object.values(joiner)).length).toBeLessThan(10_000);
    expect(joiner.push(ACK_CHUNK)).toEqual([{ type: "drop", code: "wire.too-long" }]);
  });

  test("what was pushed may be overwritten afterwards", () => {
    const joiner = new ChunkJoiner();
    const buffer = Uint8Array.of(3, 1, 2, 3);
    joiner.push(buffer);
    buffer.fill(9);
    expect(joiner.push(ACK_CHUNK)).toEqual([packet(Uint8Array.of(1, 2, 3))]);
  });

  test("10,000 streams, cut anywhere: all packets come out once, in order; noise never throws", () => {
    const packets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 600 }), { maxLength: 4 });
    const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
    const size = fc.integer({ min: 2, max: 256 });
    fc.assert(
      fc.property(packets, cuts, size, fc.uint8Array({ maxLength: 200 }), (sent, lengths, chunkSize, noise) => {
        const stream = concat(...sent.flatMap((one) => splitPacket(one, chunkSize)));
        const joiner = new ChunkJoiner();
        const events: ChunkEvent[] = [];
        for (let offset = 0, i = 0; offset < stream.length; i++) {
          const length = lengths[i % lengths.length] as number;
          events.push(...joiner.push(stream.subarray(offset, offset + length)));
          offset += length;
        }
        expect(events).toEqual(sent.map(packet));
        expect(joiner.pending).toBe(false);
        const noisy = new ChunkJoiner({ maxPacket: 100 });
        for (const event of noisy.push(noise)) {
          if (event.type === "packet") expect(event.bytes.length).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
