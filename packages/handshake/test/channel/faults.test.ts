import { CloseReason, decodeClose, encodeAck, encodeClose, FrameKind, u64 } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { packetFrom } from "./forger.ts";
import { install, keysOf } from "./keys.ts";
import { Lone, types } from "./lone.ts";
import { snapshot } from "./snapshot.ts";

const { ACK, APP, APPF, CLOSE, PAD } = FrameKind;

describe("an authentic frame that no correct peer sends ends the conversation", () => {
  it.each([
    ["padding that is not zero", /^wire\./, Uint8Array.of(0, 0, 0, 0, 0, ...new Uint8Array(58), 1)],
    ["a larger size than it needs", /^wire\./, new Uint8Array(256)],
    ["a kind that does not exist", /^wire\./, Uint8Array.of(10, ...new Uint8Array(63))],
    ["a length behind its end", /^wire\./, Uint8Array.of(1, 0, 0, 0, 60, ...new Uint8Array(59))],
    ["an ACK that is too short", /^wire\./, { kind: ACK, data: new Uint8Array(7) }],
    ["an ACK that is too long", /^wire\./, { kind: ACK, data: new Uint8Array(9) }],
    ["an ACK of what was never sent", /ack-ahead/, { kind: ACK, data: encodeAck(1n) }],
    ["an ACK of the last number there is", /ack-ahead/, { kind: ACK, data: encodeAck(2n ** 64n - 1n) }],
    ["a CLOSE that is too short", /^wire\./, { kind: CLOSE, data: new Uint8Array(8) }],
    [
      "a CLOSE that heard what was never sent",
      "channel.ack-ahead",
      { kind: CLOSE, data: encodeClose({ reason: 0, next: 1n }) },
    ],
    ["a message without its number", /^wire\./, { kind: APP, data: new Uint8Array(3) }],
    ["a message before its turn", /gap/, { kind: APP, data: u64(1n) }],
    [
      "a part that comes first but is not",
      "channel.parts",
      { kind: APPF, data: Uint8Array.of(...u64(0n), 0, 1, 0, 2, 7) },
    ],
  ] as const)("%s", (_, code, what) => {
    const lone = new Lone();
    const body = lone.seal(what);
    const outputs = lone.packet(body);
    expect(types(outputs)).toEqual(["heard", "send", expect.stringMatching(code), "closed", "wake"]);
    expect(outputs).toContainEqual({
      type: "closed",
      by: "self",
      reason: CloseReason.PROTOCOL,
      orderly: false,
      delivered: true,
    });
    const [close] = lone.frames;
    expect(close?.frame.kind).toBe(CLOSE);
    expect(decodeClose(close?.frame.data ?? new Uint8Array(0))).toMatchObject({
      ok: true,
      value: { reason: CloseReason.PROTOCOL },
    });
    expect(lone.cipher.aliveCount).toBe(0);
    expect(types(lone.packet(body))).toEqual(["channel.unknown-token"]);
  });
});

describe("a fault", () => {
  it("is found before its turn where it can be, and delivers nothing behind it", () => {
    const lone = new Lone();
    lone.hearMessage();
    const late = lone.seal({ kind: APP, data: u64(1n) });
    const outputs = lone.hear(ACK, encodeAck(77n));
    expect(types(outputs)).toEqual(["send", "channel.ack-ahead", "closed", "wake"]);
    expect(types(lone.packet(late))).toEqual(["channel.unknown-token"]);
  });

  it("in the middle of what becomes ready at once leaves the rest alone", () => {
    const lone = new Lone();
    const first = lone.seal({ kind: APP, data: u64(0n) });
    lone.packet(lone.seal({ kind: APP, data: u64(5n) }));
    lone.packet(lone.seal({ kind: APP, data: u64(1n) }));
    expect(types(lone.packet(first))).toEqual(["deliver", "send", "channel.gap", "closed", "wake"]);
  });

  it("under the keys of the exchange before is one as well; the CLOSE leaves on the live one", () => {
    const lone = new Lone();
    lone.step(install(2, "b"));
    expect(types(lone.hear(ACK, encodeAck(9n)))).toEqual(["heard", "send", "channel.ack-ahead", "closed", "wake"]);
    expect(lone.frames).toEqual([]);
  });

  it("in the first frame of a tentative exchange is told on that exchange", () => {
    const lone = new Lone({ installed: false });
    lone.step(install(1, "b", { tentative: true }));
    expect(types(lone.hear(ACK, encodeAck(9n)))).toEqual(["heard", "send", "channel.ack-ahead", "closed"]);
    expect(lone.frames.map(({ frame }) => frame.kind)).toEqual([CLOSE]);
  });
});

describe("what is not authentic changes nothing", () => {
  const flips = Array.from({ length: 104 * 8 }, (_, bit) => bit);

  it("every flipped bit of a message, its header included", () => {
    const lone = new Lone();
    lone.hearMessage();
    const body = lone.seal({ kind: APP, data: u64(1n) });
    const before = snapshot(lone.machine);
    for (const bit of flips) {
      const flipped = body.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      const outputs = lone.packet(flipped);
      expect(outputs).toHaveLength(1);
      expect(outputs[0]?.type).toBe("drop");
    }
    expect(snapshot(lone.machine)).toEqual(before);
    expect(types(lone.packet(body))).toEqual(["deliver"]);
  });

  it("every truncation, and the same for a repeated frame", () => {
    const lone = new Lone();
    lone.hearMessage();
    const repeated = lone.last;
    const fresh = lone.seal({ kind: APP, data: u64(1n) });
    const before = snapshot(lone.machine);
    for (const body of [repeated, fresh]) {
      for (let length = 0; length < body.length; length++) {
        expect(lone.packet(body.subarray(0, length))).toMatchObject([{ type: "drop" }]);
      }
    }
    expect(snapshot(lone.machine)).toEqual(before);
  });

  it("a frame that is reflected to its sender, as it is or under the sender's own token", () => {
    const lone = new Lone();
    const [sent] = lone.step({ type: "control", kind: PAD, data: new Uint8Array(0) });
    const body = sent?.type === "send" ? sent.body : new Uint8Array(0);
    const before = snapshot(lone.machine);
    expect(types(lone.packet(body))).toEqual(["channel.unknown-token"]);
    const retokened = body.slice();
    retokened.set(keysOf(1, "b").receiveToken);
    expect(types(lone.packet(retokened))).toEqual(["channel.unauthentic"]);
    expect(snapshot(lone.machine)).toEqual(before);
  });

  it("a replay of whatever was received long ago", () => {
    const lone = new Lone();
    const bodies = Array.from({ length: 200 }, () => {
      lone.hear(PAD);
      return lone.last;
    });
    const before = snapshot(lone.machine);
    const codes = bodies.map((body) => types(lone.packet(body)).join());
    expect(codes).toEqual([...Array(136).fill("channel.stale"), ...Array(64).fill("channel.duplicate")]);
    expect(snapshot(lone.machine)).toEqual(before);
  });

  it("a frame of another exchange with the same peer under this one's token", () => {
    const lone = new Lone();
    const foreign = packetFrom(2, "a", 0, { kind: APP, data: u64(0n) });
    foreign.set(keysOf(1, "b").receiveToken);
    expect(types(lone.packet(foreign))).toEqual(["channel.unauthentic"]);
  });

  it("junk in the middle of a session, which goes on", () => {
    const lone = new Lone();
    lone.hearMessage();
    for (const length of [0, 1, 24, 104, 5_000]) {
      const junk = new Uint8Array(length).fill(length);
      junk.set(keysOf(1, "b").receiveToken.subarray(0, length));
      expect(lone.packet(junk)).toMatchObject([{ type: "drop" }]);
    }
    expect(types(lone.hearMessage())).toEqual(["deliver"]);
  });
});

describe("control frames", () => {
  it("throw before an exchange is live, and when they are too long", () => {
    const lone = new Lone({ installed: false });
    const early = () => lone.step({ type: "control", kind: PAD, data: new Uint8Array(0) });
    expect(early).toThrow("no exchange");
    lone.step(install(1, "b"));
    expect(early()).toHaveLength(2);
    expect(() => lone.step({ type: "control", kind: PAD, data: new Uint8Array(16_380) })).toThrow("16,379");
  });

  it("of type HS are delivered, those of type PAD are not", () => {
    const lone = new Lone();
    lone.hear(PAD, Uint8Array.of(1));
    expect(lone.hear(FrameKind.HS, Uint8Array.of(2))[0]).toEqual({
      type: "deliver",
      kind: FrameKind.HS,
      content: Uint8Array.of(2),
    });
  });
});
