import { CloseReason, encodeClose, encodeHex, FrameKind } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { Duo, perfect } from "./duo.ts";
import { packetFrom } from "./forger.ts";
import { install } from "./keys.ts";
import { closed, Lone, types } from "./lone.ts";
import { snapshot } from "./snapshot.ts";

const { ACK, APP, CLOSE, HS } = FrameKind;
const { ABORTED, DONE } = CloseReason;

describe("both ends close at once", () => {
  it("is orderly at both, each with the other's reason", () => {
    const duo = new Duo().connect();
    duo.step("a", { type: "close", reason: DONE });
    duo.step("b", { type: "close", reason: ABORTED });
    duo.run(5_000);
    expect(duo.of("a", "closed")).toEqual([closed("peer", ABORTED, true, true)]);
    expect(duo.of("b", "closed")).toEqual([closed("peer", DONE, true, true)]);
  });

  it("is known to both although one CLOSE is lost, because a closed end answers with its own", () => {
    const duo = new Duo().connect();
    duo.post("a", 1, 2);
    duo.run(500);
    duo.link = (_, from) => (from === "a" ? [] : [1]);
    duo.post("a", 1);
    duo.step("a", { type: "close", reason: DONE });
    duo.step("b", { type: "close", reason: ABORTED });
    duo.run(10);
    expect(duo.of("a", "closed")).toEqual([closed("peer", ABORTED, true, false)]);
    duo.link = perfect;
    duo.run(1_100);
    expect(duo.of("b", "closed")).toEqual([closed("peer", DONE, true, true)]);
  });

  it("is known to both although the CLOSE of one is on a newer exchange than that of the other", () => {
    const lone = new Lone();
    lone.step(install(2, "b"));
    const sent = lone.step({ type: "close", reason: DONE });
    expect(types(lone.hearClose(ABORTED))).toEqual(["heard", "closed", "wake"]);
    expect(lone.packet(lone.last)).toEqual([sent[0]]);
  });

  it("falls silent, whatever is repeated", () => {
    const bodies: { readonly body: Uint8Array; readonly from: "a" | "b" }[] = [];
    const duo = new Duo({
      link: (body, from) => {
        bodies.push({ body, from });
        return [1, 2, 3];
      },
    }).connect();
    duo.step("a", { type: "close", reason: DONE });
    duo.step("b", { type: "close", reason: DONE });
    duo.run(60_000);
    expect(bodies.length).toBeLessThanOrEqual(2 + 4 + 4);
  });
});

describe("an end that has no number left", () => {
  const spent = () => {
    const lone = new Lone({ first: 2 ** 32 - 1 });
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    return lone;
  };

  it("closes without a CLOSE", () => {
    expect(types(spent().step({ type: "close", reason: DONE }))).toEqual(["closed", "wake"]);
  });

  it("is closed by a CLOSE that it cannot answer", () => {
    const lone = spent();
    const outputs = lone.hearClose(DONE, 2n ** 32n);
    expect(types(outputs)).toEqual(["heard", "acknowledged", "idle", "closed", "wake"]);
    expect(types(lone.packet(lone.last))).toEqual(["channel.unknown-token"]);
  });

  it("is closed by a fault all the same", () => {
    expect(types(spent().hear(ACK))).toEqual(["heard", "wire.truncated", "closed", "wake"]);
  });
});

describe("a conversation that is closed", () => {
  it("answers a repeated CLOSE as often as one is sent again, with no key left, and then no more", () => {
    const lone = new Lone();
    lone.hearClose(DONE);
    const close = lone.last;
    expect(lone.cipher.aliveCount).toBe(0);
    const [answer] = lone.packet(close);
    expect(answer?.type).toBe("send");
    expect([1, 2, 3].map(() => lone.packet(close))).toEqual([[answer], [answer], [answer]]);
    expect(types(lone.packet(close))).toEqual(["channel.unknown-token"]);
  });

  it("lets the closing end know that it was heard, although the first answer is lost", () => {
    const duo = new Duo().connect();
    duo.link = (_, from) => (from === "b" && duo.now < 500 ? [] : [1]);
    duo.step("a", { type: "close", reason: DONE });
    duo.run(2_000);
    expect(duo.of("b", "closed")).toHaveLength(1);
    expect(duo.of("a", "closed")).toEqual([closed("self", DONE, true, true)]);
  });

  it("takes nothing else in, and wants to be woken no more", () => {
    const lone = new Lone();
    lone.step({ type: "post", kind: APP, content: new Uint8Array(100) });
    lone.hearClose(DONE);
    expect(lone.wakeAt).toBeUndefined();
    const close = lone.last;
    const similar = close.slice();
    similar[similar.length - 1] = (similar.at(-1) ?? 0) ^ 1;
    const before = snapshot(lone.machine);
    expect(lone.step({ type: "post", kind: APP, content: new Uint8Array(0) })).toEqual([]);
    expect(lone.step({ type: "control", kind: HS, data: new Uint8Array(0) })).toEqual([]);
    expect(lone.step({ type: "reconnected" })).toEqual([]);
    expect(lone.step({ type: "close", reason: ABORTED })).toEqual([]);
    expect(lone.step({ type: "time" })).toEqual([]);
    expect(lone.step({ type: "discard", id: 1 })).toEqual([]);
    expect(lone.step({ type: "repeat-greeting", id: 1 })).toEqual([]);
    expect(types(lone.packet(similar))).toEqual(["channel.unknown-token"]);
    const elsewhere = close.slice();
    elsewhere[0] = (elsewhere[0] ?? 0) ^ 1;
    expect(types(lone.packet(elsewhere))).toEqual(["channel.unknown-token"]);
    expect(types(lone.hearMessage())).toEqual(["channel.unknown-token"]);
    expect(
      types(lone.packet(packetFrom(2, "a", 0, { kind: CLOSE, data: encodeClose({ reason: 0, next: 0n }) }))),
    ).toEqual(["channel.unknown-token"]);
    expect(snapshot(lone.machine)).toEqual(before);
  });

  it("erases keys that come too late", () => {
    const lone = new Lone();
    lone.hearClose(DONE);
    const late = install(2, "b");
    expect(lone.step(late)).toEqual([]);
    expect([...late.sendKey, ...late.receiveKey]).toEqual(new Array(64).fill(0));
    expect(lone.cipher.aliveCount).toBe(0);
  });

  it("keeps no message", () => {
    const lone = new Lone();
    const content = Uint8Array.from({ length: 32 }, (_, index) => 200 + index);
    lone.step({ type: "post", kind: APP, content });
    for (let i = 0; i < 62; i++) lone.step({ type: "control", kind: HS, data: content });
    const isKept = () => JSON.stringify(snapshot(lone.machine)).includes(encodeHex(content));
    expect(isKept()).toBe(true);
    lone.hearClose(DONE);
    expect(isKept()).toBe(false);
  });
});
