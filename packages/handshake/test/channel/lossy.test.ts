import { SeededRandom } from "@countersign/testkit";
import { FrameKind } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MessageKind } from "../../src/channel/message.ts";
import { Duo, type DuoOptions, type Link, perfect } from "./duo.ts";
import { install, other, type Side } from "./keys.ts";
import { snapshot } from "./snapshot.ts";
import { SpyCipher } from "./spy-cipher.ts";

const sides = ["a", "b"] as const;

/** A link that loses, repeats and reorders. */
function stormy(random: SeededRandom, loss: number): Link {
  return () => {
    const copies = random.chance(loss) ? 0 : random.chance(0.2) ? 2 : 1;
    return Array.from({ length: copies }, () => 1 + (random.chance(0.2) ? random.integer(4_000) : random.integer(80)));
  };
}

/** Looks at what must hold after every step. */
function watch(duo: Duo): void {
  for (const side of sides) {
    const { life } = duo[side] as unknown as {
      life: { channels: { channels: { sender: object; receiver: object }[] } };
    };
    const { channels } = life.channels;
    if (channels.length > 3) throw new Error("more channels than one of each state");
    for (const { sender, receiver } of channels) {
      const { window } = sender as { window: { size: number } };
      const { early } = receiver as { early: Map<number, unknown> };
      if (window.size > 64) throw new Error("more than 64 frames lie unacknowledged");
      if (early.size > 63) throw new Error("more than 63 frames wait for an earlier one");
    }
  }
}

interface Run {
  readonly duo: Duo;
  readonly spy: SpyCipher;
  readonly random: SeededRandom;
  readonly posted: Record<Side, { readonly kind: MessageKind; readonly content: Uint8Array }[]>;
}

function begin(seed: number, loss: number, more: Pick<DuoOptions, "first" | "react"> = {}): Run {
  const random = new SeededRandom(seed);
  const spy = new SpyCipher();
  const duo = new Duo({ ...more, cipher: spy, link: stormy(random, loss), watch });
  return { duo, spy, random, posted: { a: [], b: [] } };
}

/** Posts messages of all kinds and lengths at random times within a minute. */
function postMany({ duo, random, posted }: Run, count: number): void {
  for (let i = 0; i < count; i++) {
    duo.later(random.integer(60_000), () => {
      const side = random.pick(sides);
      const kind = random.pick([FrameKind.APP, FrameKind.APP, FrameKind.ECHO, FrameKind.SAS_OK]);
      const long = kind === FrameKind.APP && random.chance(0.1);
      const content = random.bytes(random.integer(long ? 60_000 : 300));
      posted[side].push({ kind, content });
      duo.step(side, { type: "post", kind, content });
    });
  }
}

/** Each side has everything of the other, once and in order, and knows that the other has. */
function expectAllDelivered({ duo, spy, posted }: Run): void {
  for (const side of sides) {
    const delivered = duo.of(side, "deliver").map(({ kind, content }) => ({ kind, content }));
    expect(delivered).toEqual(posted[other(side)]);
    expect(duo[side].expected).toBe(BigInt(posted[other(side)].length));
    expect(duo.of(side, "fault")).toEqual([]);
    if (posted[side].length > 0) {
      expect(duo.of(side, "acknowledged").at(-1)?.m).toBe(BigInt(posted[side].length - 1));
      expect(
        duo.said[side].filter(({ output }) => output.type === "idle" || output.type === "acknowledged").at(-1)?.output
          .type,
      ).toBe("idle");
    }
  }
  expect(spy.reused).toEqual([]);
}

/** Nothing that wants an ACK is without one, and nobody wants to send anything any more. */
function expectQuiet({ duo }: Run): void {
  const end = duo.now;
  duo.run(120_000);
  for (const side of sides) {
    const { life } = duo[side] as unknown as {
      life: { channels: { live: { sender: { window: { frames: { schedule: { wantsAck: boolean } }[] } } } } };
    };
    expect(life.channels.live.sender.window.frames.filter(({ schedule }) => schedule.wantsAck)).toEqual([]);
    expect(duo.sendTimes(side, end + 30_000)).toEqual([]);
  }
}

const weather = { seed: fc.integer({ min: 0, max: 2 ** 31 }), loss: fc.constantFrom(0, 0.1, 0.3, 0.5) };

describe("two conversations that fill their windows at once", () => {
  it.each([
    ["with messages of one frame", 300, 10],
    ["with parts of long ones", 3, 600_000],
  ])("%s do not wait for each other for ever", (_, count, length) => {
    const duo = new Duo({ watch }).connect();
    for (let i = 0; i < count; i++) {
      for (const side of sides) {
        duo.step(side, { type: "post", kind: FrameKind.APP, content: new Uint8Array(length) });
      }
    }
    duo.run(5_000);
    for (const side of sides) {
      expect(duo.of(side, "deliver")).toHaveLength(count);
      expect(duo.of(side, "idle")).toHaveLength(1);
    }
  });
});

describe("two conversations over a link that loses, repeats and reorders", () => {
  it("deliver everything once and in order, and fall silent", () => {
    fc.assert(
      fc.property(
        fc.record({ ...weather, count: fc.integer({ min: 0, max: 120 }), first: fc.constantFrom(0, 65_520) }),
        ({ seed, loss, count, first }) => {
          const run = begin(seed, loss, { first });
          run.duo.connect();
          postMany(run, count);
          run.duo.run(70_000);
          run.duo.link = perfect;
          for (const side of sides) run.duo.step(side, { type: "reconnected" });
          run.duo.run(20_000);
          expectAllDelivered(run);
          expectQuiet(run);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("need no help from the transport when a third of all is lost and some more is said later", () => {
    fc.assert(
      fc.property(weather.seed, (seed) => {
        const run = begin(seed, 0.33);
        run.duo.connect();
        postMany(run, 60);
        run.duo.run(120_000);
        run.duo.link = perfect;
        for (const side of sides) {
          const content = Uint8Array.of(1);
          run.posted[side].push({ kind: FrameKind.APP, content });
          run.duo.step(side, { type: "post", kind: FrameKind.APP, content });
        }
        run.duo.run(60_000);
        expectAllDelivered(run);
      }),
      { numRuns: 30 },
    );
  });
});

/**
 * Exchanges after the first one by the rules of the exchange machine, with the id as `at`: either side begins them, they
 * may overlap, packets of them are lost, and what is CONFIRMED ends all that is older.
 */
class Relinks {
  private id = 1;
  private readonly highest: Record<Side, number> = { a: 1, b: 1 };
  private readonly tentative: Record<Side, readonly number[]> = { a: [], b: [] };
  private readonly run: Run;

  constructor(run: Run) {
    this.run = run;
  }

  /** K1 leaves now. */
  begin(initiator: Side, lost: "K1" | "K2" | "nothing"): void {
    const { duo, random } = this.run;
    const id = ++this.id;
    this.highest[initiator] = id;
    const expected = duo[initiator].expected;
    if (lost !== "K1") duo.later(1 + random.integer(500), () => this.answer(other(initiator), id, expected, lost));
  }

  /** The first frame under the keys of this exchange was heard: it is CONFIRMED. */
  confirm(side: Side, id: number): void {
    this.highest[side] = Math.max(this.highest[side], id);
    const old = this.tentative[side].filter((one) => one < id);
    this.tentative[side] = this.tentative[side].filter((one) => one > id);
    for (const one of old) this.run.duo.step(side, { type: "discard", id: one });
  }

  private answer(responder: Side, id: number, peerNext: bigint, lost: "K2" | "nothing"): void {
    const { duo, random } = this.run;
    if (id <= this.highest[responder]) return;
    for (const one of this.tentative[responder]) duo.step(responder, { type: "discard", id: one });
    this.tentative[responder] = [id];
    duo.step(responder, install(id, responder, { tentative: true, peerNext }));
    duo.later(30_000, () => duo.step(responder, { type: "discard", id }));
    const expected = duo[responder].expected;
    if (lost !== "K2") duo.later(1 + random.integer(500), () => this.complete(other(responder), id, expected));
  }

  private complete(initiator: Side, id: number, peerNext: bigint): void {
    const { duo } = this.run;
    if (id < this.highest[initiator]) return;
    duo.step(initiator, install(id, initiator, { greet: true, peerNext }));
    this.confirm(initiator, id);
    // The responder repeats K2 until it hears something; each of them brings the greeting again.
    for (const after of [1_000, 3_000, 7_000, 15_000]) {
      duo.later(after, () => duo.step(initiator, { type: "repeat-greeting", id }));
    }
  }
}

describe("re-links in the middle of it", () => {
  it("lose nothing and repeat nothing, wherever they fall", () => {
    fc.assert(
      fc.property(fc.record({ ...weather, count: fc.integer({ min: 1, max: 100 }) }), ({ seed, loss, count }) => {
        const run = begin(seed, loss, {
          react: (side, output) => {
            if (output.type === "heard") relinks.confirm(side, output.id);
          },
        });
        const relinks = new Relinks(run);
        const { duo, random } = run;
        duo.connect();
        postMany(run, count);
        for (let time = random.integer(10_000); time < 60_000; time += 1_500 + random.integer(12_000)) {
          duo.later(time, () => relinks.begin(random.pick(sides), random.pick(["K1", "K2", "nothing", "nothing"])));
        }
        duo.run(100_000);
        duo.link = perfect;
        relinks.begin(random.pick(sides), "nothing");
        duo.run(40_000);
        expectAllDelivered(run);
        expectQuiet(run);
        for (const side of sides) expect(JSON.stringify(snapshot(duo[side])).length).toBeLessThan(100_000);
      }),
      { numRuns: 30 },
    );
  });
});
