import { CloseReason, decodeClose, encodeAck, FrameKind, UsageError, u64 } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { Duo, lost, perfect } from "./duo.ts";
import { install } from "./keys.ts";
import { closed, Lone, types } from "./lone.ts";
import { snapshot } from "./snapshot.ts";

const { ACK, APP, CLOSE, HS, PAD } = FrameKind;
const { ABORTED, DONE, PROTOCOL, SAS_MISMATCH, TIMEOUT } = CloseReason;

/** The CLOSE frames that a lone conversation has sent. */
function closesOf({ frames }: Lone) {
  return frames.flatMap(({ frame: { kind, data } }) => {
    const close = decodeClose(data);
    return kind === CLOSE && close.ok ? [close.value] : [];
  });
}

describe("closing", () => {
  it("ends both sides in order, each knowing what the other has", () => {
    const duo = new Duo().connect();
    duo.post("a", 1, 2, 3);
    duo.post("b", 1, 2);
    duo.run(1_000);
    duo.step("a", { type: "close", reason: DONE });
    duo.run(1_000);
    expect(duo.of("a", "closed")).toEqual([closed("self", DONE, true, true)]);
    expect(duo.of("b", "closed")).toEqual([closed("peer", DONE, true, true)]);
    expect(duo.sendTimes("a", 2_000)).toEqual([]);
  });

  it("brings what was sent before it, even if that is lost at first", () => {
    const duo = new Duo({ link: lost }).connect();
    duo.post("a", 1, 2, 3);
    duo.run(10);
    duo.link = perfect;
    duo.step("a", { type: "close", reason: DONE });
    duo.run(5_000);
    expect(duo.of("b", "deliver")).toHaveLength(3);
    expect(duo.of("b", "closed")).toEqual([closed("peer", DONE, true, true)]);
    expect(duo.of("a", "closed")).toEqual([closed("self", DONE, true, true)]);
  });

  it("does not wait for what found no place in the window, and says so", () => {
    const duo = new Duo().connect();
    duo.post("a", ...Array(63).keys());
    duo.step("a", { type: "close", reason: ABORTED });
    duo.run(5_000);
    expect(duo.of("b", "deliver")).toHaveLength(62);
    expect(duo.of("b", "closed")).toEqual([closed("peer", ABORTED, true, true)]);
    expect(duo.of("a", "closed")).toEqual([closed("self", ABORTED, true, false)]);
  });

  it("says at the receiving side whether the closing one had everything", () => {
    const lone = new Lone();
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    const outputs = lone.hearClose(DONE, 1n);
    expect(outputs).toContainEqual({ type: "acknowledged", m: 0n });
    expect(outputs).toContainEqual(closed("peer", DONE, true, false));
    const other = new Lone();
    other.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    expect(other.hearClose(SAS_MISMATCH, 1n)).toContainEqual(closed("peer", SAS_MISMATCH, true, true));
  });

  it("waits until it is the CLOSE's turn", () => {
    const lone = new Lone();
    const message = lone.seal({ kind: APP, data: u64(0n) });
    expect(types(lone.hearClose(DONE))).toEqual(["heard"]);
    expect(types(lone.packet(message))).toEqual(["deliver", "send", "closed", "wake"]);
  });

  it("is truncated, not orderly, when no answer comes for 30 s", () => {
    const duo = new Duo().connect();
    duo.post("a", 1);
    duo.run(1_000);
    duo.link = lost;
    duo.step("a", { type: "close", reason: TIMEOUT });
    duo.run(29_999);
    expect(duo.of("a", "closed")).toEqual([]);
    expect(duo.sendTimes("a", 1_000).map((time) => time - 1_000)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    duo.run(1);
    expect(duo.of("a", "closed")).toEqual([closed("self", TIMEOUT, false, true)]);
    expect(duo.of("b", "closed")).toEqual([]);
  });

  it("is sent again at once when the transport is back", () => {
    const duo = new Duo({ link: lost }).connect();
    duo.step("a", { type: "close", reason: DONE });
    duo.run(100);
    duo.link = perfect;
    duo.step("a", { type: "reconnected" });
    duo.run(10);
    expect(duo.of("a", "closed")).toEqual([closed("self", DONE, true, true)]);
  });

  it("is over at once where there is nothing to send it on", () => {
    const lone = new Lone({ installed: false });
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    expect(lone.step({ type: "close", reason: DONE })).toEqual([closed("self", DONE, false, false)]);
  });

  it("throws for a reason that is no byte", () => {
    const lone = new Lone();
    const before = snapshot(lone.machine);
    for (const reason of [-1, 256, 1.5, Number.NaN]) {
      expect(() => lone.step({ type: "close", reason })).toThrow(UsageError);
    }
    expect(snapshot(lone.machine)).toEqual(before);
  });

  it("has its own place in a window that is full of ACKs and messages", () => {
    const lone = new Lone();
    for (let i = 0; i < 62; i++) lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    for (let i = 0; i < 32; i++) lone.hear(PAD);
    expect(lone.frames).toHaveLength(63);
    lone.step({ type: "close", reason: DONE });
    expect(closesOf(lone)).toEqual([{ reason: DONE, next: 32n }]);
  });

  it("answers a CLOSE from a window that is as full", () => {
    const lone = new Lone();
    for (let i = 0; i < 62; i++) lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    for (let i = 0; i < 32; i++) lone.hear(PAD);
    expect(types(lone.hearClose(DONE))).toEqual(["send", "closed", "wake"]);
  });
});

describe("after this end's CLOSE", () => {
  it("nothing is delivered, because the CLOSE has said what was heard", () => {
    const lone = new Lone();
    lone.hearMessage();
    const heard = lone.last;
    lone.step({ type: "close", reason: DONE });
    expect(closesOf(lone)).toEqual([{ reason: DONE, next: 1n }]);
    expect(types(lone.packet(heard))).toEqual(["channel.duplicate"]);
    expect(types(lone.hearMessage())).toEqual(["channel.closing"]);
    expect(types(lone.packet(lone.last))).toEqual(["channel.closing"]);
    expect(types(lone.hear(HS))).toEqual(["channel.closing"]);
    expect(lone.machine.expected).toBe(1n);
    lone.goTo(20_000);
    expect(lone.frames.filter(({ frame }) => frame.kind === ACK)).toEqual([]);
  });

  it("nothing that waited is sent, although there is room again", () => {
    const lone = new Lone();
    for (let i = 0; i < 100; i++) lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    lone.step({ type: "close", reason: DONE });
    expect(types(lone.hear(ACK, encodeAck(10n)))).toEqual(["heard", "acknowledged"]);
  });

  it("nothing is taken to be sent", () => {
    const lone = new Lone();
    lone.step({ type: "close", reason: DONE });
    const before = snapshot(lone.machine);
    expect(lone.step({ type: "post", kind: APP, content: new Uint8Array(0) })).toEqual([]);
    expect(lone.step({ type: "control", kind: PAD, data: new Uint8Array(0) })).toEqual([]);
    expect(lone.step({ type: "close", reason: ABORTED })).toEqual([]);
    expect(snapshot(lone.machine)).toEqual(before);
  });

  it("an ACK of it is heard although the peer's frames before it are missing", () => {
    const lone = new Lone();
    lone.step({ type: "close", reason: DONE });
    lone.n += 3;
    expect(types(lone.hear(ACK, encodeAck(1n)))).toEqual(["heard", "closed", "wake"]);
  });

  it("a new exchange carries it as well", () => {
    const duo = new Duo({ link: lost }).connect(1);
    duo.step("a", { type: "close", reason: DONE });
    duo.link = perfect;
    duo.step("b", install(2, "b", { tentative: true }));
    duo.step("a", install(2, "a", { greet: true }));
    duo.run(10);
    expect(duo.of("a", "closed")).toEqual([closed("self", DONE, true, true)]);
    expect(duo.of("b", "closed")).toEqual([closed("peer", DONE, true, true)]);
  });

  it("a tentative exchange that becomes live carries it too", () => {
    const duo = new Duo({ link: lost }).connect(1);
    duo.step("b", install(2, "b", { tentative: true }));
    duo.step("b", { type: "close", reason: ABORTED });
    duo.link = perfect;
    duo.step("a", install(2, "a", { greet: true }));
    duo.run(10);
    expect(duo.of("a", "closed")).toEqual([closed("peer", ABORTED, true, true)]);
    expect(duo.of("b", "closed")).toEqual([closed("self", ABORTED, true, true)]);
  });

  it("the peer's own fault ends it", () => {
    const lone = new Lone();
    lone.step({ type: "close", reason: DONE });
    const outputs = lone.hear(ACK, encodeAck(9n));
    expect(types(outputs)).toEqual(["heard", "channel.ack-ahead", "closed", "wake"]);
    expect(outputs).toContainEqual(closed("self", PROTOCOL, false, true));
    expect(closesOf(lone)).toHaveLength(1);
  });
});
