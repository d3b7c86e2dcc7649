import { portableBackend, rekey } from "@countersign/noise";
import { decodeSealedFrame, encodeHex, FrameKind } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { Receiver } from "../../src/channel/receiver.ts";
import { Sender } from "../../src/channel/sender.ts";
import { Duo } from "./duo.ts";
import { keysOf } from "./keys.ts";
import { snapshot } from "./snapshot.ts";
import { SpyCipher } from "./spy-cipher.ts";

const EPOCH = 65_536;
const cipher = portableBackend.cipher("ChaChaPoly");
const pad = { kind: FrameKind.PAD, data: new Uint8Array(0) } as const;
const { sendKey: k0 } = keysOf(1, "a");
const k1 = rekey(cipher, k0);
const k2 = rekey(cipher, k1);

function ends(first: number, spy = new SpyCipher()) {
  const sender = new Sender({ ...keysOf(1, "a"), cipher: spy, first });
  const receiver = new Receiver({ ...keysOf(1, "b"), cipher: spy, first });
  return { spy, sender, receiver };
}

function take(receiver: Receiver, body: Uint8Array): readonly number[] | string {
  const sealed = decodeSealedFrame(body);
  if (!sealed.ok) return sealed.code;
  const opened = receiver.open(sealed.value);
  if (opened.type === "frame") return receiver.accept(opened.frame).map(({ n }) => n);
  return opened.type === "dropped" ? opened.code : opened.type;
}

describe("rekey", () => {
  it("goes on from n = 65,535 to 65,536 under REKEY of the key, in 66,000 frames from the first", () => {
    const { sender, receiver, spy } = ends(0);
    for (let n = 0; n < 66_000; n++) {
      if (!sender.hasRoom("message")) sender.window.acknowledge(n);
      if (take(receiver, sender.seal(pad, n))[0] !== n) throw new Error(`frame ${n} was not received`);
    }
    expect(receiver.next).toBe(66_000);
    expect(spy.sealed.has(`${encodeHex(k0)} ${EPOCH - 1}`)).toBe(true);
    expect(spy.sealed.has(`${encodeHex(k1)} ${EPOCH}`)).toBe(true);
    expect(spy.sealed.size).toBe(66_000);
    expect(spy.reused).toEqual([]);
  });

  it("erases a key as soon as its epoch is over: the sender's when it seals the next, the receiver's when it is through", () => {
    const { sender, receiver, spy } = ends(EPOCH - 2);
    const bodies = [0, 1, 2].map(() => sender.seal(pad, 0));
    expect(spy.alive.get(encodeHex(k0))).toBe(1);
    bodies.reverse();
    expect(take(receiver, bodies[0] ?? k0)).toEqual([]);
    expect(take(receiver, bodies[1] ?? k0)).toEqual([]);
    expect(spy.isAlive(k0)).toBe(true);
    expect(take(receiver, bodies[2] ?? k0)).toEqual([EPOCH - 2, EPOCH - 1, EPOCH]);
    expect(spy.isAlive(k0)).toBe(false);
    expect([spy.isAlive(k1), spy.isAlive(k2)]).toEqual([true, true]);
  });

  it("opens frames on both sides of the boundary in any order", () => {
    const { sender, receiver } = ends(EPOCH - 32);
    const bodies = Array.from({ length: 62 }, () => sender.seal(pad, 0)).reverse();
    const taken = bodies.map((body) => take(receiver, body));
    expect(taken.slice(0, -1).every((ready) => ready.length === 0)).toBe(true);
    expect(taken.at(-1)).toEqual(Array.from({ length: 62 }, (_, index) => EPOCH - 32 + index));
  });

  it("loses no key to a forged frame of the next epoch, nor to one of the epoch after it", () => {
    const { sender, receiver } = ends(EPOCH - 2);
    const genuine = [0, 1, 2].map(() => sender.seal(pad, 0));
    const before = snapshot(receiver);
    for (const n of [EPOCH, EPOCH + 1, EPOCH + 61, 2 * EPOCH]) {
      const forged = genuine[0]?.slice() ?? k0;
      new DataView(forged.buffer).setBigUint64(16, BigInt(n));
      expect(take(receiver, forged)).toMatch(/^channel\.(unauthentic|beyond-window)$/);
    }
    expect(snapshot(receiver)).toEqual(before);
    expect(genuine.map((body) => take(receiver, body))).toEqual([[EPOCH - 2], [EPOCH - 1], [EPOCH]]);
  });

  it("knows a frame of the epoch before again, although its key is gone", () => {
    const { sender, receiver, spy } = ends(EPOCH - 1);
    const body = sender.seal(pad, 0);
    take(receiver, body);
    expect(spy.isAlive(k0)).toBe(true); // the sender's
    sender.destroy();
    expect(spy.isAlive(k0)).toBe(false);
    expect(take(receiver, body)).toBe("repeated");
  });

  it("goes on in two conversations that lose frames across the boundary, in both directions", () => {
    let carried = 0;
    const duo = new Duo({ first: EPOCH - 20, link: () => (++carried % 3 === 0 ? [] : [5, 40]) }).connect();
    const messages = Array.from({ length: 100 }, (_, index) => Uint8Array.of(index));
    for (const content of messages) {
      duo.step("a", { type: "post", kind: FrameKind.APP, content });
      duo.step("b", { type: "post", kind: FrameKind.APP, content });
    }
    duo.run(60_000);
    for (const side of ["a", "b"] as const) {
      expect(duo.of(side, "deliver").map(({ content }) => content)).toEqual(messages);
      expect(duo.of(side, "idle")).toHaveLength(1);
      expect(duo.of(side, "fault")).toEqual([]);
    }
  });

  it("stops for good before n = 2^32: what is posted then waits for another exchange", () => {
    const duo = new Duo({ first: 2 ** 32 - 2 }).connect();
    for (const m of [0, 1, 2, 3]) {
      duo.step("a", { type: "post", kind: FrameKind.APP, content: Uint8Array.of(m) });
    }
    duo.run(60_000);
    expect(duo.of("a", "relink-due")).toHaveLength(1);
    expect(duo.of("b", "deliver").map(({ content }) => content[0])).toEqual([0, 1]);
    expect(duo.of("a", "acknowledged")).toEqual([{ type: "acknowledged", m: 1n }]);
    expect(duo.of("a", "idle")).toEqual([]);
  });
});
