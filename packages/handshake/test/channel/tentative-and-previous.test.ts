import { FrameKind, u64 } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { packetFrom } from "./forger.ts";
import { install, keysOf } from "./keys.ts";
import { Lone, types } from "./lone.ts";
import { snapshot } from "./snapshot.ts";

const { APP, APPF } = FrameKind;

/** A message of side a on another exchange than the first. */
function messageOn(id: number, n: number, m: bigint): Uint8Array {
  return packetFrom(id, "a", n, { kind: APP, data: u64(m) });
}

describe("a tentative exchange", () => {
  it("sends nothing, whatever is posted, while the live one goes on", () => {
    const lone = new Lone();
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    expect(types(lone.step(install(2, "b", { tentative: true, greet: true })))).toEqual([]);
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    lone.step({ type: "reconnected" });
    lone.goTo(16_000);
    // Two messages, sent once, again on `reconnected`, and by the schedule since: all under the first exchange's keys.
    expect(lone.frames.filter(({ frame }) => frame.kind === APP)).toHaveLength(2 + 2 + 4 * 2);
    expect(lone.machine.live).toBe(true);
  });

  it("sends nothing where there is no live one either", () => {
    const lone = new Lone({ installed: false });
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    lone.step(install(1, "b", { tentative: true }));
    lone.goTo(60_000);
    expect(lone.frames).toEqual([]);
    expect(lone.machine.live).toBe(false);
  });

  it("becomes live by its first authentic frame, and not by a forged one", () => {
    const lone = new Lone();
    lone.step(install(2, "b", { tentative: true }));
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    const forged = messageOn(2, 0, 0n);
    forged[40] = (forged[40] ?? 0) ^ 1;
    const before = snapshot(lone.machine);
    expect(lone.packet(forged)).toEqual([{ type: "drop", code: "channel.unauthentic" }]);
    expect(snapshot(lone.machine)).toEqual(before);
    const outputs = lone.packet(messageOn(2, 0, 0n));
    expect(types(outputs)).toEqual(["heard", "deliver", "send", "wake"]);
    expect(outputs[0]).toEqual({ type: "heard", id: 2 });
  });

  it("takes the peer's `next` for true only then", () => {
    const lone = new Lone();
    for (const byte of [1, 2, 3]) lone.step({ type: "post", kind: APP, content: Uint8Array.of(byte) });
    expect(types(lone.step(install(2, "b", { tentative: true, peerNext: 2n })))).toEqual([]);
    const outputs = lone.packet(messageOn(2, 0, 0n));
    expect(outputs).toContainEqual({ type: "acknowledged", m: 1n });
    expect(outputs.filter(({ type }) => type === "send")).toHaveLength(1);
  });

  it("is erased when its exchange came to nothing; another one is not touched", () => {
    const lone = new Lone();
    lone.step(install(2, "b", { tentative: true }));
    lone.step(install(3, "b", { tentative: true }));
    lone.step({ type: "discard", id: 2 });
    lone.step({ type: "discard", id: 1 });
    lone.step({ type: "discard", id: 9 });
    expect([1, 2, 3].map((id) => lone.cipher.isAlive(keysOf(id, "b").receiveKey))).toEqual([true, false, true]);
    expect(types(lone.packet(messageOn(2, 0, 0n)))).toEqual(["channel.unknown-token"]);
    expect(types(lone.packet(messageOn(3, 0, 0n)))).toContain("deliver");
  });

  it("stays beside the live one when a third becomes live", () => {
    const lone = new Lone();
    lone.step(install(2, "b", { tentative: true }));
    lone.step(install(3, "b"));
    expect(types(lone.packet(messageOn(2, 0, 0n)))).toContain("heard");
  });
});

describe("the exchange before", () => {
  it("still receives for 30 s, without an ACK, and is erased to the millisecond", () => {
    const lone = new Lone();
    lone.goTo(1_000);
    lone.step(install(2, "b"));
    const frames = lone.frames.length;
    lone.goTo(30_999);
    expect(types(lone.hearMessage())).toEqual(["heard", "deliver"]);
    expect(types(lone.packet(lone.last))).toEqual(["channel.duplicate"]);
    lone.hear(APPF, Uint8Array.of(...u64(1n), 0, 0, 0, 2, ...new Uint8Array(16_367)));
    expect(lone.frames).toHaveLength(frames);
    expect(lone.wakeAt).toBe(31_000);
    expect(lone.cipher.isAlive(keysOf(1, "b").receiveKey)).toBe(true);
    lone.goTo(31_000);
    expect(lone.cipher.isAlive(keysOf(1, "b").receiveKey)).toBe(false);
    expect(lone.cipher.isAlive(keysOf(1, "b").sendKey)).toBe(false);
    expect(types(lone.hearMessage())).toEqual(["channel.unknown-token"]);
  });

  it("is gone at its time even if nobody wakes the machine for it", () => {
    const lone = new Lone();
    lone.step(install(2, "b"));
    lone.now = 30_000;
    expect(types(lone.hearMessage())).toEqual(["channel.unknown-token", "wake"]);
  });

  it("goes when it is replaced a second time", () => {
    const lone = new Lone();
    lone.step(install(2, "b"));
    lone.step(install(3, "b"));
    expect([1, 2, 3].map((id) => lone.cipher.isAlive(keysOf(id, "b").receiveKey))).toEqual([false, true, true]);
  });

  it("is overwritten in the arrays that it was given", () => {
    const lone = new Lone({ installed: false });
    const first = install(1, "b");
    lone.step(first);
    lone.step(install(2, "b"));
    lone.goTo(30_000);
    expect([...first.sendKey, ...first.receiveKey]).toEqual(new Array(64).fill(0));
  });
});
