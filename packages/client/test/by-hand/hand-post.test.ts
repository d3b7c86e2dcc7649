import { SeededRandom } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { decodeBundle, encodeBundle, MOST_BUNDLE } from "../../src/by-hand/bundle.ts";
import { HandPost } from "../../src/by-hand/hand-post.ts";

const random = new SeededRandom(5);
const parameters = {
  group: random.bytes(16),
  session: random.bytes(16),
  kind: "exchange",
  parties: 2,
  threshold: 2,
} as const;
const post = (number: number) =>
  new HandPost({ parameters, number, eid: random.bytes(32), versions: Uint8Array.of(1) }, () => random.bytes(8));
const packet = (...values: number[]) => Uint8Array.from(values);
/** As it would be read. */
const carried = (from: HandPost) => {
  const bundle = decodeBundle(encodeBundle(from.pack()));
  if (!bundle.ok) throw new Error(bundle.detail);
  return bundle.value;
};
const values = (packets: readonly Uint8Array[]) => packets.map(([value]) => value);

describe("the post of two ends", () => {
  test("holds everything until the other end is known to have it", () => {
    const [a, b] = [post(1), post(2)];
    a.post(packet(1));
    a.post(packet(2));
    expect(values(b.take(carried(a)).packets)).toEqual([1, 2]);
    a.post(packet(3));
    expect(values(carried(a).packets)).toEqual([1, 2, 3]);
    a.take(carried(b));
    expect(values(carried(a).packets)).toEqual([3]);
    b.take(carried(a));
    a.take(carried(b));
    expect(a.isEmpty).toBe(true);
  });

  test("gives each packet once, whatever is lost, repeated or late", () => {
    const [a, b] = [post(1), post(2)];
    const sent: number[] = [];
    const got: (number | undefined)[] = [];
    const old = [carried(a)];
    const back = [carried(b)];
    for (let n = 0; n < 200; n++) {
      if (random.chance(0.5)) {
        a.post(packet(n));
        sent.push(n);
      }
      old.push(carried(a));
      const some = random.chance(0.5) ? old.at(-1) : old[random.integer(old.length)];
      if (some !== undefined && random.chance(0.7)) got.push(...values(b.take(some).packets));
      back.push(carried(b));
      const answer = random.chance(0.5) ? back.at(-1) : back[random.integer(back.length)];
      if (answer !== undefined && random.chance(0.7)) a.take(answer);
    }
    got.push(...values(b.take(carried(a)).packets));
    expect(got).toEqual(sent);
  });

  test("asks for an answer until the other end has shown that it has heard this process", () => {
    const [a, b] = [post(1), post(2)];
    expect([carried(a).asks, a.isKnown]).toEqual([true, false]);
    b.take(carried(a));
    expect(carried(b).asks).toBe(true);
    a.take(carried(b));
    expect([carried(a).asks, a.isKnown]).toEqual([false, true]);
    b.take(carried(a));
    expect(carried(b).asks).toBe(false);
    const reborn = post(1);
    reborn.take(carried(b));
    expect(carried(reborn).asks).toBe(true);
  });

  test("does not keep a packet twice that waits already", () => {
    const a = post(1);
    a.post(packet(1));
    a.post(packet(1));
    expect(values(carried(a).packets)).toEqual([1]);
  });

  test("begins anew with another process of the other end, and knows what comes late of the one before", () => {
    const [a, b, reborn] = [post(1), post(2), post(2)];
    a.post(packet(1));
    b.take(carried(a));
    b.post(packet(7));
    const late = carried(b);
    expect(a.take(late)).toMatchObject({ isNewLife: true, hadOthers: false });
    reborn.post(packet(8));
    expect(a.take(carried(reborn))).toMatchObject({ packets: [packet(8)], isNewLife: true, hadOthers: true });
    expect(a.take(late)).toMatchObject({ packets: [], isNewLife: false });
    // What the process before has had, this one has not.
    a.post(packet(2));
    expect(values(reborn.take(carried(a)).packets)).toEqual([2]);
  });

  test("begins another life when it is told of more than it has sent", () => {
    const [a, b] = [post(1), post(2)];
    a.post(packet(1));
    const honest = carried(a);
    b.take({ ...honest, first: 4_000_000_000, packets: [packet(66)] });
    expect(b.take(honest).packets).toEqual([]);
    a.take(carried(b));
    expect(a.isKnown).toBe(true);
    expect(carried(a).life).not.toEqual(honest.life);
    expect(values(b.take(carried(a)).packets)).toEqual([1]);
    a.take(carried(b));
    expect(a.isEmpty).toBe(true);
  });

  test("is quiet when the other end has everything, and nothing to say", () => {
    const [a, b] = [post(1), post(2)];
    expect(a.take(carried(b)).isQuiet).toBe(false);
    b.take(carried(a));
    expect(a.take(carried(b)).isQuiet).toBe(false);
    a.post(packet(1));
    expect(a.take(carried(b)).isQuiet).toBe(false);
    b.take(carried(a));
    const quiet = carried(b);
    b.post(packet(2));
    expect(a.take(carried(b)).isQuiet).toBe(false);
    a.post(packet(3));
    expect(a.take(quiet).isQuiet).toBe(false);
    b.take(carried(a));
    a.take(carried(b));
    b.take(carried(a));
    expect(a.take(carried(b)).isQuiet).toBe(true);
  });

  test("says no more at a time than a bundle holds, and goes on behind it", () => {
    const [a, b] = [post(1), post(2)];
    for (let n = 0; n < 3; n++) a.post(new Uint8Array(MOST_BUNDLE / 2).fill(n));
    const got: (number | undefined)[] = [];
    for (let way = 0; way < 10 && !a.isEmpty; way++) {
      const bundle = carried(a);
      expect(bundle.packets.length).toBe(1);
      got.push(...values(b.take(bundle).packets));
      a.take(carried(b));
    }
    expect(got).toEqual([0, 1, 2]);
  });
});
