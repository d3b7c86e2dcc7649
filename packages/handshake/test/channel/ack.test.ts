import { decodeAck, encodeAck, FrameKind, u64 } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { Lone } from "./lone.ts";
import { snapshot } from "./snapshot.ts";

/** When a conversation has sent ACKs, and what they said. */
function acksOf({ frames }: Lone): [time: number, next: number][] {
  return frames.flatMap(({ at, frame: { kind, data } }) => {
    const next = decodeAck(data);
    return kind === FrameKind.ACK && next.ok ? [[at, Number(next.value)]] : [];
  });
}

describe("an ACK", () => {
  it("follows a frame that wants one within a second, and before its sender sends it again", () => {
    const lone = new Lone();
    lone.hearMessage();
    expect(acksOf(lone)).toEqual([]);
    lone.goTo(199);
    expect(acksOf(lone)).toEqual([]);
    lone.goTo(999);
    expect(acksOf(lone)).toEqual([[200, 1]]);
  });

  it("says for all that came meanwhile", () => {
    const lone = new Lone();
    for (let i = 0; i < 5; i++) {
      lone.goTo(i * 30);
      lone.hearMessage();
    }
    lone.goTo(900);
    expect(acksOf(lone)).toEqual([[200, 5]]);
  });

  it.each([
    ["APP", FrameKind.APP, u64(0n)],
    ["HS", FrameKind.HS, new Uint8Array(3)],
    ["SAS_COMMIT", FrameKind.SAS_COMMIT, u64(0n)],
    ["SAS_REVEAL", FrameKind.SAS_REVEAL, u64(0n)],
    ["SAS_OK", FrameKind.SAS_OK, u64(0n)],
    ["ECHO", FrameKind.ECHO, u64(0n)],
    ["APPF", FrameKind.APPF, Uint8Array.of(...u64(0n), 0, 0, 0, 2, ...new Uint8Array(16_367))],
  ] as const)("is wanted by %s", (_, kind, data) => {
    const lone = new Lone();
    lone.hear(kind, data);
    lone.goTo(900);
    expect(acksOf(lone)).toEqual([[200, 1]]);
  });

  it.each([
    ["PAD", FrameKind.PAD, new Uint8Array(0)],
    ["ACK", FrameKind.ACK, encodeAck(0n)],
  ] as const)("is not wanted by %s alone, in whatever time, nor when it comes again", (_, kind, data) => {
    const lone = new Lone();
    lone.hear(kind, data);
    const body = lone.last;
    lone.goTo(60_000);
    expect(lone.packet(body)).toEqual([{ type: "drop", code: "channel.duplicate" }]);
    lone.goTo(120_000);
    expect(acksOf(lone)).toEqual([]);
  });

  it("is due at once when 32 frames of any kind lie unacknowledged", () => {
    const lone = new Lone();
    for (let i = 0; i < 31; i++) lone.hear(FrameKind.PAD);
    lone.goTo(10_000);
    expect(acksOf(lone)).toEqual([]);
    lone.hear(FrameKind.ACK, encodeAck(0n));
    expect(acksOf(lone)).toEqual([[10_000, 32]]);
    for (let i = 0; i < 32; i++) lone.hear(FrameKind.PAD);
    expect(acksOf(lone)).toEqual([
      [10_000, 32],
      [10_000, 64],
    ]);
  });

  it("says nothing about what came before its turn", () => {
    const lone = new Lone();
    lone.n = 1;
    lone.hear(FrameKind.PAD);
    const early = lone.last;
    lone.n = 2;
    lone.hearMessage();
    lone.goTo(900);
    expect(acksOf(lone)).toEqual([]);
    expect(lone.packet(early)).toEqual([{ type: "drop", code: "channel.duplicate" }]);
    lone.n = 0;
    lone.hear(FrameKind.PAD);
    lone.goTo(2_000);
    expect(acksOf(lone)).toEqual([[1_100, 3]]);
  });

  it("leaves at once on a repeated frame that is not acknowledged yet", () => {
    const lone = new Lone();
    lone.hearMessage();
    const body = lone.last;
    lone.goTo(50);
    lone.packet(body);
    expect(acksOf(lone)).toEqual([[50, 1]]);
  });

  it("leaves at once on a repeated frame, verbatim, as long as the peer may have missed it", () => {
    const lone = new Lone();
    lone.hearMessage();
    const body = lone.last;
    lone.goTo(300);
    const before = snapshot(lone.machine);
    const [first, ...more] = lone.packet(body);
    expect(more).toEqual([]);
    expect(first?.type).toBe("send");
    expect(acksOf(lone)).toEqual([
      [200, 1],
      [300, 1],
    ]);
    expect(snapshot(lone.machine)).toEqual(before);
    expect(lone.packet(body)).toEqual([first]);
    lone.n += 1;
    lone.hear(FrameKind.ACK, encodeAck(1n));
    expect(lone.packet(body)).toEqual([{ type: "drop", code: "channel.duplicate" }]);
  });

  it("answers none but the last 64, and not what only looks like them", () => {
    const lone = new Lone();
    const bodies = Array.from({ length: 65 }, () => {
      lone.hearMessage();
      return lone.last;
    });
    lone.goTo(900);
    const { length } = acksOf(lone);
    const [tooOld, oldest] = bodies;
    expect(lone.packet(tooOld ?? new Uint8Array(0))).toEqual([{ type: "drop", code: "channel.stale" }]);
    const forged = oldest?.slice() ?? new Uint8Array(0);
    forged.set([0, 1, 2, 3], forged.length - 4);
    expect(lone.packet(forged)).toEqual([{ type: "drop", code: "channel.stale" }]);
    expect(acksOf(lone)).toHaveLength(length);
    lone.packet(oldest ?? new Uint8Array(0));
    expect(acksOf(lone)).toHaveLength(length + 1);
  });

  it("has a place in the window when messages have taken all of theirs, and waits when it has none", () => {
    const lone = new Lone();
    for (let i = 0; i < 100; i++) lone.step({ type: "post", kind: FrameKind.APP, content: new Uint8Array(0) });
    lone.hearMessage();
    lone.goTo(900);
    expect(acksOf(lone)).toEqual([[200, 1]]);
    lone.hearMessage();
    lone.goTo(990);
    expect(lone.wakeAt).toBe(1_000);
    expect(acksOf(lone)).toHaveLength(1);
    lone.hear(FrameKind.ACK, encodeAck(10n));
    lone.goTo(1_150);
    expect(acksOf(lone)).toEqual([
      [200, 1],
      [1_100, 3],
    ]);
  });
});
