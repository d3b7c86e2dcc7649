import { FrameKind, u16, u64 } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConversationOutput } from "../../src/channel/conversation-types.ts";
import { packetFrom } from "./forger.ts";
import { install, keysOf } from "./keys.ts";
import { Lone } from "./lone.ts";
import { snapshot } from "./snapshot.ts";

const { receiveToken } = keysOf(1, "b");

/** A conversation in the middle of things: heard, with something unacknowledged, something early, and a rival. */
function busy(): Lone {
  const lone = new Lone();
  lone.hearMessage();
  lone.step({ type: "post", kind: FrameKind.APP, content: new Uint8Array(300) });
  lone.packet(lone.seal({ kind: FrameKind.APP, data: u64(1n) }, 5));
  lone.step(install(2, "b", { tentative: true }));
  return lone;
}

const dropCodes = /^(wire|channel)\./;

function onlyDropped(outputs: readonly ConversationOutput[]): boolean {
  return outputs.length === 1 && outputs[0]?.type === "drop" && dropCodes.test(outputs[0].code);
}

describe("whatever arrives", () => {
  it("is dropped where nobody who has the keys has made it, and leaves no trace: 10,000 cases", () => {
    const lone = busy();
    const before = snapshot(lone.machine);
    const genuine = lone.seal({ kind: FrameKind.APP, data: u64(1n) }, 1);
    const junk = fc.uint8Array({ maxLength: 300 });
    const addressed = fc
      .record({
        n: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        low: fc.boolean(),
        size: fc.constantFrom(64, 256),
        fill: fc.uint8Array({ maxLength: 64 }),
      })
      .map(({ n, low, size, fill }) => {
        const body = new Uint8Array(24 + size + 16);
        body.set(receiveToken);
        body.set(u64(low ? n % 80n : n), 16);
        body.set(fill, 24);
        return body;
      });
    const damaged = fc
      .record({ at: fc.nat({ max: genuine.length - 1 }), flip: fc.integer({ min: 1, max: 255 }) })
      .map(({ at, flip }) => genuine.map((byte, index) => (index === at ? byte ^ flip : byte)));
    fc.assert(
      fc.property(fc.oneof(junk, addressed, damaged), (body) => {
        expect(onlyDropped(lone.packet(body))).toBe(true);
      }),
      { numRuns: 10_000 },
    );
    expect(snapshot(lone.machine)).toEqual(before);
  });

  it("throws nothing even where the peer itself goes mad: 10,000 authentic frames", () => {
    const part = fc.tuple(
      fc.bigInt({ min: 0n, max: 3n }),
      fc.nat({ max: 3 }),
      fc.nat({ max: 3 }),
      fc.uint8Array({ maxLength: 20 }),
    );
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.bigInt({ min: 0n, max: 4n }).map((m) => u64(m)),
      fc
        .tuple(fc.nat({ max: 255 }), fc.bigInt({ min: 0n, max: 4n }))
        .map(([reason, n]) => Uint8Array.of(reason, ...u64(n))),
      part.map(([m, index, count, bytes]) => Uint8Array.of(...u64(m), ...u16(index), ...u16(count), ...bytes)),
    );
    const kinds = fc.constantFrom(...Object.values(FrameKind));
    const frame = fc.oneof(fc.record({ kind: kinds, data }), fc.uint8Array({ minLength: 64, maxLength: 64 }));
    const heard = fc.record({
      id: fc.constantFrom(1, 1, 2),
      n: fc.nat({ max: 12 }),
      frame,
      wait: fc.constantFrom(0, 0, 200, 31_000),
    });
    let frames = 0;
    fc.assert(
      fc.property(fc.array(heard, { minLength: 10, maxLength: 40 }), (story) => {
        const lone = busy();
        const closed: ConversationOutput[] = [];
        for (const { id, n, frame: what, wait } of story) {
          frames += 1;
          lone.goTo(lone.now + wait);
          const outputs = lone.packet(packetFrom(id, "a", n, what));
          closed.push(...outputs.filter(({ type }) => type === "closed"));
          if (closed.length > 0) expect(lone.cipher.aliveCount).toBe(0);
        }
        expect(closed.length).toBeLessThanOrEqual(1);
        expect(lone.cipher.reused).toEqual([]);
      }),
      { numRuns: 600 },
    );
    expect(frames).toBeGreaterThan(10_000);
  });
});
