import { encodeAck, FrameKind, UsageError, u64 } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { Duo, lost, perfect } from "./duo.ts";
import { packetFrom } from "./forger.ts";
import { install, keysOf } from "./keys.ts";
import { Lone, types } from "./lone.ts";

const { ACK, APP, PAD } = FrameKind;

function delivered(duo: Duo, side: "a" | "b"): readonly (number | undefined)[] {
  return duo.of(side, "deliver").map(({ content }) => content[0]);
}

/** A message of side a on another exchange than the first. */
function messageOn(id: number, n: number, m: bigint): Uint8Array {
  return packetFrom(id, "a", n, { kind: APP, data: u64(m) });
}

describe("the first exchange", () => {
  it("keeps what is posted until it is there", () => {
    const duo = new Duo();
    duo.post("a", 1, 2);
    duo.run(60_000);
    expect(duo.of("a", "send")).toEqual([]);
    duo.connect().run(1_000);
    expect(delivered(duo, "b")).toEqual([1, 2]);
    expect(duo.of("a", "acknowledged")).toEqual([{ type: "acknowledged", m: 1n }]);
    expect(duo.of("a", "idle")).toHaveLength(1);
  });

  it("begins with a greeting where one is wanted, and says it again verbatim when asked", () => {
    const lone = new Lone({ installed: false });
    const [greeting] = lone.step(install(1, "b", { greet: true }));
    expect(lone.frames.map(({ frame }) => frame)).toEqual([{ kind: ACK, data: encodeAck(0n) }]);
    lone.hear(PAD);
    expect(lone.step({ type: "repeat-greeting", id: 1 })).toEqual([greeting]);
    expect(lone.step({ type: "repeat-greeting", id: 2 })).toEqual([]);
  });

  it("is said to be heard once, before what it brings", () => {
    const lone = new Lone();
    expect(types(lone.hearMessage())).toEqual(["heard", "deliver", "wake"]);
    expect(types(lone.hearMessage())).toEqual(["deliver"]);
  });

  it("is heard by a frame before its turn as well", () => {
    const lone = new Lone();
    lone.n = 5;
    expect(types(lone.hear(PAD))).toEqual(["heard"]);
  });

  it("throws for keys and tokens of other lengths, and for an exchange that is there already", () => {
    const lone = new Lone();
    expect(() => lone.step(install(1, "b"))).toThrow(UsageError);
    expect(() => lone.step({ ...install(2, "b"), receiveToken: keysOf(1, "b").receiveToken })).toThrow(UsageError);
    expect(() => lone.step({ ...install(3, "b"), sendToken: new Uint8Array(15) })).toThrow(UsageError);
    expect(() => lone.step({ ...install(3, "b"), receiveToken: new Uint8Array(17) })).toThrow(UsageError);
    expect(() => lone.step({ ...install(3, "b"), sendKey: new Uint8Array(31) })).toThrow("32");
  });
});

describe("a new exchange", () => {
  it("seals anew what is not acknowledged, and what the peer has is acknowledged by its `next`", () => {
    const duo = new Duo({ link: lost }).connect(1);
    duo.post("a", 1, 2, 3);
    duo.run(500);
    duo.link = perfect;
    duo.step("b", install(2, "b", { tentative: true }));
    const outputs = duo.step("a", install(2, "a", { greet: true, peerNext: 1n }));
    expect(outputs).toContainEqual({ type: "acknowledged", m: 0n });
    expect(outputs.filter(({ type }) => type === "send")).toHaveLength(3); // the greeting, and two messages
  });

  it("delivers once what the old one has brought already", () => {
    const duo = new Duo().connect(1);
    duo.post("a", 1, 2, 3);
    duo.run(10);
    expect(delivered(duo, "b")).toEqual([1, 2, 3]);
    duo.step("b", install(2, "b", { tentative: true }));
    duo.step("a", install(2, "a", { greet: true, peerNext: 0n }));
    duo.post("a", 4);
    duo.run(1_000);
    expect(delivered(duo, "b")).toEqual([1, 2, 3, 4]);
    expect(duo.of("a", "idle")).toHaveLength(1);
    expect(duo.b.expected).toBe(4n);
  });

  it("sends only what was not acknowledged meanwhile through the old one", () => {
    const lone = new Lone();
    for (let m = 0; m < 70; m++) lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    const before = lone.step(install(2, "b"));
    expect(before.filter(({ type }) => type === "send")).toHaveLength(62);
    expect(lone.hear(ACK, encodeAck(62n))).toContainEqual({ type: "acknowledged", m: 61n });
    const after = lone.packet(packetFrom(2, "a", 0, { kind: ACK, data: encodeAck(62n) }));
    expect(after.filter(({ type }) => type === "send")).toHaveLength(8);
  });

  it("leaves the control frames of the old one behind", () => {
    const lone = new Lone();
    for (let i = 0; i < 100; i++) lone.step({ type: "control", kind: FrameKind.HS, data: new Uint8Array(0) });
    expect(lone.frames).toHaveLength(62);
    expect(types(lone.step(install(2, "b")))).toEqual(["wake"]);
    expect(types(lone.packet(packetFrom(2, "a", 0, { kind: PAD, data: new Uint8Array(0) })))).toEqual(["heard"]);
  });

  it("takes a message apart anew whose first parts went through the old one", () => {
    const duo = new Duo().connect(1);
    const content = new Uint8Array(200_000).fill(7);
    let carried = 0;
    duo.link = () => (++carried > 6 ? [] : [1]);
    duo.step("a", { type: "post", kind: APP, content });
    duo.run(100);
    expect(duo.of("b", "heard")).toHaveLength(1);
    duo.link = perfect;
    duo.step("b", install(2, "b", { tentative: true }));
    duo.step("a", install(2, "a", { greet: true }));
    duo.run(2_000);
    expect(duo.of("b", "deliver")).toEqual([{ type: "deliver", kind: APP, content }]);
    expect(duo.of("a", "idle")).toHaveLength(1);
  });

  it("is a fault when the peer expects what was never posted", () => {
    const lone = new Lone();
    lone.step({ type: "post", kind: APP, content: new Uint8Array(0) });
    expect(types(lone.step(install(2, "b", { peerNext: 2n })))).toEqual([
      "send",
      "channel.next-ahead",
      "closed",
      "wake",
    ]);
    const tentative = new Lone();
    tentative.step(install(2, "b", { tentative: true, peerNext: 1n }));
    const outputs = tentative.packet(messageOn(2, 0, 0n));
    expect(types(outputs)).toEqual(["heard", "send", "channel.next-ahead", "closed", "wake"]);
  });
});

describe("a new exchange is asked for", () => {
  it("after one hour, once", () => {
    const lone = new Lone();
    lone.goTo(3_599_999);
    expect(lone.wakeAt).toBe(3_600_000);
    lone.now = 3_600_000;
    expect(lone.step({ type: "time" })).toEqual([
      { type: "relink-due", id: 1 },
      { type: "wake", at: undefined },
    ]);
    expect(lone.step({ type: "time" })).toEqual([]);
    lone.step(install(2, "b"));
    expect(lone.wakeAt).toBe(3_630_000);
    lone.goTo(3_630_000);
    expect(lone.wakeAt).toBe(7_200_000);
  });

  it.each([
    ["sent", "a"],
    ["received", "b"],
  ] as const)("after 2^20 frames that were %s, once", (_, side) => {
    const duo = new Duo({ first: 2 ** 20 - 3 }).connect();
    duo.post("a", 1, 2);
    duo.run(20);
    expect(duo.of(side, "relink-due")).toEqual([]);
    duo.post("a", 3);
    duo.run(20);
    expect(duo.of(side, "relink-due")).toEqual([{ type: "relink-due", id: 1 }]);
    duo.post("a", 4);
    duo.run(20);
    expect(duo.of(side, "relink-due")).toEqual([{ type: "relink-due", id: 1 }]);
  });
});

describe("after a restart", () => {
  it("goes on with the messages that were kept, and expects what was expected", () => {
    const kept = {
      posted: 5n,
      unacknowledged: [{ m: 4n, kind: APP, content: Uint8Array.of(44) }],
      expected: 9n,
    } as const;
    const lone = new Lone({ resume: kept });
    expect([lone.machine.posted, lone.machine.expected]).toEqual([5n, 9n]);
    lone.step(install(1, "b", { peerNext: 4n }));
    expect(lone.frames.map(({ frame }) => frame)).toEqual([{ kind: APP, data: Uint8Array.of(...u64(4n), 44) }]);
    lone.m = 8n;
    expect(types(lone.hearMessage())).not.toContain("deliver");
    expect(types(lone.hearMessage())).toContain("deliver");
  });
});
