import { FrameKind } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import type { ConversationOutput } from "../../src/channel/conversation-types.ts";
import { Duo, lost, perfect } from "./duo.ts";
import { Lone } from "./lone.ts";

const { APP, PAD } = FrameKind;
const message = { type: "post", kind: APP, content: new Uint8Array(0) } as const;

function bodies(outputs: readonly ConversationOutput[]): readonly Uint8Array[] {
  return outputs.flatMap((output) => (output.type === "send" ? [output.body] : []));
}

describe("a conversation that gets no answer", () => {
  it("asks to be woken 1, 3, 7 and 15 s after a frame, sends the same bytes then, and falls silent", () => {
    const lone = new Lone();
    lone.goTo(123);
    const sent = bodies(lone.step(message));
    expect(sent).toHaveLength(1);
    for (const after of [1_000, 3_000, 7_000, 15_000]) {
      expect(lone.wakeAt).toBe(123 + after);
      lone.now = 123 + after - 1;
      expect(lone.step({ type: "time" })).toEqual([]);
      lone.now = 123 + after;
      expect(bodies(lone.step({ type: "time" }))).toEqual(sent);
    }
    expect(lone.wakeAt).toBe(3_600_000); // the next exchange
  });

  it("wakes for an earlier deadline if there is one", () => {
    const lone = new Lone();
    expect(lone.step(message).at(-1)).toEqual({ type: "wake", at: 1_000 });
    lone.goTo(500);
    expect(lone.step(message).some(({ type }) => type === "wake")).toBe(false);
    expect(lone.hearMessage().at(-1)).toEqual({ type: "wake", at: 700 });
  });

  it("sends everything again at once when the transport is back, verbatim and by the schedule from then on", () => {
    const lone = new Lone();
    const sent = [
      ...bodies(lone.step(message)),
      ...bodies(lone.step({ type: "control", kind: PAD, data: new Uint8Array(0) })),
    ];
    lone.goTo(40_000);
    expect(bodies(lone.step({ type: "reconnected" }))).toEqual(sent);
    expect(lone.wakeAt).toBe(41_000);
    lone.hear(FrameKind.ACK, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 2));
    expect(bodies(lone.step({ type: "reconnected" }))).toEqual([]);
  });

  it.each([
    ["a new frame", (lone: Lone) => lone.hear(PAD)],
    ["a repeated one", (lone: Lone) => lone.packet(lone.last)],
  ])("takes up again at a sign of life: %s", (_, live) => {
    const lone = new Lone();
    lone.hear(PAD);
    const sent = bodies(lone.step(message));
    lone.goTo(29_999);
    expect(bodies(live(lone))).toEqual([]);
    lone.goTo(30_000);
    expect(bodies(live(lone))).toEqual(sent);
    expect(lone.wakeAt).toBe(31_000);
    lone.goTo(60_000);
    expect(lone.frames.filter(({ frame }) => frame.kind === APP).map(({ at }) => at)).toEqual([
      0, 1_000, 3_000, 7_000, 15_000, 30_000, 31_000, 33_000, 37_000, 45_000,
    ]);
  });

  it("takes no forged frame for a sign of life", () => {
    const lone = new Lone();
    lone.step(message);
    lone.goTo(100_000);
    const forged = lone.seal({ kind: PAD, data: new Uint8Array(0) });
    forged[30] = (forged[30] ?? 0) ^ 1;
    expect(bodies(lone.packet(forged))).toEqual([]);
  });
});

describe("two conversations that have nothing but ACKs unacknowledged", () => {
  it("do not keep each other awake", () => {
    const duo = new Duo().connect();
    for (const side of ["a", "b"] as const) {
      for (let i = 0; i < 5; i++) {
        duo.step(side, message);
        duo.run(1_000);
      }
    }
    duo.run(20_000);
    const quiet = duo.now;
    duo.run(3_000_000);
    expect([...duo.sendTimes("a", quiet), ...duo.sendTimes("b", quiet)]).toEqual([]);
  });

  it("do not bring up the old ones with every message", () => {
    const duo = new Duo().connect();
    for (let i = 0; i < 20; i++) {
      duo.step("a", message);
      duo.run(60_000);
    }
    // A message each minute, its ACK, and the ACK's own four resends.
    expect(duo.of("a", "send")).toHaveLength(20);
    expect(duo.of("b", "send")).toHaveLength(20 * 5);
  });

  it("go on at once when one of them comes back from far away and the other has something to say", () => {
    const duo = new Duo({ link: lost }).connect();
    duo.step("a", message);
    duo.run(100_000);
    duo.link = perfect;
    duo.step("b", message);
    duo.run(10);
    expect(duo.of("b", "deliver")).toHaveLength(1);
    expect(duo.of("a", "deliver")).toHaveLength(1);
  });
});
