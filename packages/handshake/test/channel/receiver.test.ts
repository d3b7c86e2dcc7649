import { portableBackend } from "@countersign/noise";
import { concat, decodeSealedFrame, FrameKind, type SealedFrame } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { Receiver } from "../../src/channel/receiver.ts";
import { packetFrom } from "./forger.ts";
import { keysOf } from "./keys.ts";
import { snapshot } from "./snapshot.ts";

const cipher = portableBackend.cipher("ChaChaPoly");

function receiver(): Receiver {
  return new Receiver({ ...keysOf(1, "b"), cipher, first: 0 });
}

function sealed(body: Uint8Array): SealedFrame {
  const decoded = decodeSealedFrame(body);
  if (!decoded.ok) throw new Error(decoded.code);
  return decoded.value;
}

function frame(n: number, kind: FrameKind = FrameKind.APP, data = Uint8Array.of(n & 0xff)): SealedFrame {
  return sealed(packetFrom(1, "a", n, { kind, data }));
}

/** Takes a frame; returns the n of those that are in order then, or what the packet turned out to be. */
function take(subject: Receiver, what: SealedFrame): readonly number[] | string {
  const opened = subject.open(what);
  if (opened.type === "frame") return subject.accept(opened.frame).map(({ n }) => n);
  return opened.type === "dropped" ? opened.code : opened.type;
}

describe("the receive window", () => {
  it("hands frames on in their order, whatever order they come in", () => {
    const subject = receiver();
    expect(take(subject, frame(2))).toEqual([]);
    expect(take(subject, frame(1))).toEqual([]);
    expect(take(subject, frame(4))).toEqual([]);
    expect(take(subject, frame(0))).toEqual([0, 1, 2]);
    expect(take(subject, frame(3))).toEqual([3, 4]);
    expect(subject.next).toBe(5);
  });

  it("reaches from next to next + 63", () => {
    const subject = receiver();
    take(subject, frame(0));
    expect(take(subject, frame(64))).toEqual([]);
    expect(take(subject, frame(65))).toBe("channel.beyond-window");
  });

  it("holds at most 63 early frames, which is less than 1 MiB of the largest", () => {
    const subject = receiver();
    const largest = new Uint8Array(16_379).fill(1);
    for (let n = 1; n < 200; n++) take(subject, frame(n, FrameKind.APP, largest));
    const held = (snapshot(subject) as { early: { map: unknown[] } }).early.map.length;
    expect(held).toBe(63);
    expect(held * 16_384).toBeLessThan(1024 * 1024);
    expect(take(subject, frame(0))).toHaveLength(64);
  });

  it("knows an early frame again without opening it", () => {
    const subject = receiver();
    take(subject, frame(3));
    const before = snapshot(subject);
    expect(take(subject, frame(3))).toBe("channel.duplicate");
    expect(snapshot(subject)).toEqual(before);
  });

  it("knows the last 64 frames again, byte for byte, and nothing before them", () => {
    const subject = receiver();
    for (let n = 0; n < 70; n++) take(subject, frame(n, n % 2 === 0 ? FrameKind.APP : FrameKind.PAD));
    const before = snapshot(subject);
    expect(subject.open(frame(69, FrameKind.PAD))).toEqual({ type: "repeated", kind: FrameKind.PAD });
    expect(subject.open(frame(6, FrameKind.APP))).toEqual({ type: "repeated", kind: FrameKind.APP });
    expect(take(subject, frame(5, FrameKind.PAD))).toBe("channel.stale");
    expect(take(subject, frame(69, FrameKind.APP))).toBe("channel.stale");
    expect(snapshot(subject)).toEqual(before);
  });

  it("has no frame 2^32, nor any behind it", () => {
    const keys = keysOf(1, "b");
    const subject = new Receiver({ ...keys, cipher, first: 2 ** 32 - 1 });
    const last = { n: 2 ** 32 - 1, key: keysOf(1, "a").sendKey };
    const plaintext = new Uint8Array(64);
    const ciphertext = cipher.importKey(last.key).seal(last.n, keys.receiveToken, plaintext);
    for (const n of [2n ** 32n, 2n ** 33n, 2n ** 64n - 1n]) {
      expect(take(subject, { token: keys.receiveToken, n, ciphertext })).toBe("channel.beyond-window");
    }
    expect(take(subject, { token: keys.receiveToken, n: BigInt(last.n), ciphertext })).toEqual([last.n]);
    expect(take(subject, { token: keys.receiveToken, n: 2n ** 32n, ciphertext })).toBe("channel.beyond-window");
  });
});

describe("what is not authentic", () => {
  it("is dropped for every bit that is flipped, and leaves everything as it was", () => {
    const subject = receiver();
    take(subject, frame(0));
    const body = packetFrom(1, "a", 1, { kind: FrameKind.APP, data: Uint8Array.of(1) });
    const before = snapshot(subject);
    for (let bit = 16 * 8; bit < body.length * 8; bit++) {
      const flipped = body.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(take(subject, sealed(flipped))).toMatch(/^channel\.(unauthentic|beyond-window|stale)$/);
    }
    expect(snapshot(subject)).toEqual(before);
    expect(take(subject, sealed(body))).toEqual([1]);
  });

  it("is dropped for every length that is cut off, and for any that is added", () => {
    const subject = receiver();
    const body = packetFrom(1, "a", 0, { kind: FrameKind.APP, data: Uint8Array.of(1) });
    const before = snapshot(subject);
    for (let length = 0; length < body.length; length++) {
      const cut = decodeSealedFrame(body.subarray(0, length));
      expect(cut.ok ? take(subject, cut.value) : cut.code).toMatch(/^wire\./);
    }
    for (let more = 1; more <= 192; more++) {
      const longer = decodeSealedFrame(concat(body, new Uint8Array(more)));
      expect(longer.ok ? take(subject, longer.value) : longer.code).toBe(
        more < 192 ? "wire.padding" : "channel.unauthentic",
      );
    }
    expect(snapshot(subject)).toEqual(before);
  });

  it("is a frame under another token, another n, or the other direction's key", () => {
    const subject = receiver();
    const genuine = frame(0);
    expect(take(subject, { ...genuine, n: 1n })).toBe("channel.unauthentic");
    const reflected = sealed(packetFrom(1, "b", 0, { kind: FrameKind.APP, data: Uint8Array.of(1) }));
    expect(take(subject, { ...reflected, token: genuine.token })).toBe("channel.unauthentic");
    const elsewhere = sealed(packetFrom(2, "a", 0, { kind: FrameKind.APP, data: Uint8Array.of(1) }));
    expect(take(subject, { ...elsewhere, token: genuine.token })).toBe("channel.unauthentic");
    expect(take(subject, genuine)).toEqual([0]);
  });
});

describe("an authentic frame that is made wrongly", () => {
  const made: readonly (readonly [string, Uint8Array])[] = [
    ["the next size", Uint8Array.of(1, 0, 0, 0, 1, ...new Uint8Array(251))],
    ["padding that is not zero", Uint8Array.of(1, 0, 0, 0, 0, ...new Uint8Array(58), 1)],
    ["a kind that does not exist", Uint8Array.of(10, 0, 0, 0, 0, ...new Uint8Array(59))],
    ["a length behind its end", Uint8Array.of(1, 0, 0, 0, 60, ...new Uint8Array(59))],
  ];
  it.each(made)("is told apart from a forged one: %s", (_, plaintext) => {
    expect(take(receiver(), sealed(packetFrom(1, "a", 0, plaintext)))).toBe("malformed");
  });
});
