import { portableBackend } from "@countersign/noise";
import { FrameKind, readU64 } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { Sender } from "../../src/channel/sender.ts";
import { keysOf } from "./keys.ts";
import { SpyCipher } from "./spy-cipher.ts";

const cipher = portableBackend.cipher("ChaChaPoly");
const data = Uint8Array.of(1, 2, 3);
const app = { kind: FrameKind.APP, data } as const;
const pad = { kind: FrameKind.PAD, data } as const;

function sender(first = 0, spy: typeof cipher = cipher): Sender {
  return new Sender({ ...keysOf(1, "a"), cipher: spy, first });
}

/** Runs the schedule until `end` and lists when each n left again. */
function resends(subject: Sender, from: number, end: number): [time: number, n: number][] {
  const left: [number, number][] = [];
  for (let now = from; now <= end; now++) {
    for (const body of subject.window.resend(now)) left.push([now, Number(readU64(body, 16))]);
  }
  return left;
}

describe("resending", () => {
  it("sends the same bytes again 1, 3, 7 and 15 s after the first time, to the millisecond, and then rests", () => {
    const subject = sender();
    const body = subject.seal(app, 500);
    const times: number[] = [];
    for (let now = 500; now < 60_000; now++) {
      const due = subject.window.resendAt === now;
      const again = subject.window.resend(now);
      expect(again.length === 1).toBe(due);
      for (const bytes of again) {
        expect(bytes).toEqual(body);
        times.push(now - 500);
      }
    }
    expect(times).toEqual([1_000, 3_000, 7_000, 15_000]);
    expect(subject.window.resendAt).toBeUndefined();
  });

  it("does not make up for what was slept through", () => {
    const subject = sender();
    subject.seal(app, 0);
    expect(subject.window.resend(7_500)).toHaveLength(1);
    expect(subject.window.resendAt).toBe(15_000);
  });

  it("sends nothing again that is acknowledged", () => {
    const subject = sender();
    subject.seal(app, 0);
    subject.seal(app, 0);
    subject.window.acknowledge(1);
    expect(resends(subject, 0, 1_000)).toEqual([[1_000, 1]]);
    subject.window.acknowledge(2);
    expect(subject.window.resendAt).toBeUndefined();
  });

  it("begins anew with everything when the transport is back", () => {
    const subject = sender();
    subject.seal(app, 0);
    subject.seal(pad, 0);
    resends(subject, 0, 20_000);
    subject.window.restart(20_000);
    expect(resends(subject, 20_000, 50_000)).toEqual(
      [20_000, 21_000, 23_000, 27_000, 35_000].flatMap((time) => [
        [time, 0],
        [time, 1],
      ]),
    );
  });

  it("takes a resting frame along when a later one that wants an ACK is sent again, and not otherwise", () => {
    const subject = sender();
    subject.seal(pad, 0);
    resends(subject, 0, 15_000);
    subject.seal(pad, 20_000);
    expect(resends(subject, 20_000, 35_000).every(([, n]) => n === 1)).toBe(true);
    subject.seal(app, 40_000);
    subject.seal(pad, 40_000);
    expect(resends(subject, 40_000, 41_000)).toEqual([
      [41_000, 0],
      [41_000, 1],
      [41_000, 2],
      [41_000, 3],
    ]);
    subject.window.acknowledge(3);
    expect(resends(subject, 41_001, 60_000).every(([, n]) => n === 3)).toBe(true);
  });

  it("takes a sign of life as a reason to begin anew 15 s after the last time, for what wants an ACK", () => {
    const subject = sender();
    subject.seal(pad, 0);
    subject.seal(app, 0);
    resends(subject, 0, 15_000);
    expect(subject.window.revive(29_999)).toBe(false);
    expect(subject.window.revive(30_000)).toBe(true);
    expect(resends(subject, 30_000, 90_000)).toEqual(
      [30_000, 31_000, 33_000, 37_000, 45_000].flatMap((time) => [
        [time, 0],
        [time, 1],
      ]),
    );
    subject.window.acknowledge(2);
    subject.seal(pad, 100_000);
    resends(subject, 100_000, 120_000);
    expect(subject.window.revive(200_000)).toBe(false);
  });
});

describe("the window", () => {
  it("has 64 places, of which messages fill 62, ACKs one more, and the last is for a CLOSE", () => {
    const subject = sender();
    for (let n = 0; n < 62; n++) {
      expect(subject.hasRoom("message")).toBe(true);
      subject.seal(app, 0);
    }
    expect([subject.hasRoom("message"), subject.hasRoom("ack"), subject.hasRoom("last")]).toEqual([false, true, true]);
    subject.seal({ kind: FrameKind.ACK, data: new Uint8Array(8) }, 0);
    expect([subject.hasRoom("message"), subject.hasRoom("ack"), subject.hasRoom("last")]).toEqual([false, false, true]);
    subject.seal({ kind: FrameKind.CLOSE, data: new Uint8Array(9) }, 0);
    expect(subject.hasRoom("last")).toBe(false);
    subject.window.acknowledge(3);
    expect(subject.hasRoom("message")).toBe(true);
  });

  it("says which message is whole with what was acknowledged", () => {
    const subject = sender();
    subject.seal({ ...app, completes: 7n }, 0);
    subject.seal(app, 0);
    subject.seal({ ...app, completes: 8n }, 0);
    subject.seal(app, 0);
    expect(subject.window.acknowledge(1)).toBe(7n);
    expect(subject.window.acknowledge(1)).toBeUndefined();
    expect(subject.window.acknowledge(2)).toBeUndefined();
    expect(subject.window.acknowledge(4)).toBe(8n);
  });
});

describe("numbers and keys", () => {
  it("counts up, and seals no n twice", () => {
    const spy = new SpyCipher();
    const subject = sender(0, spy);
    for (let n = 0; n < 300; n++) {
      expect(readU64(subject.seal(app, n), 16)).toBe(BigInt(n));
      subject.window.acknowledge(n);
    }
    expect(spy.sealed.size).toBe(300);
    expect(spy.reused).toEqual([]);
  });

  it("stops for good before n = 2^32", () => {
    const subject = sender(2 ** 32 - 1);
    expect(subject.hasRoom("last")).toBe(true);
    expect(readU64(subject.seal(app, 0), 16)).toBe(0xffffffffn);
    subject.window.acknowledge(2 ** 32);
    expect([subject.hasRoom("message"), subject.hasRoom("ack"), subject.hasRoom("last")]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("forgets keys and ciphertext when it is destroyed", () => {
    const spy = new SpyCipher();
    const keys = keysOf(1, "a");
    const subject = new Sender({ ...keys, cipher: spy, first: 0 });
    subject.seal(app, 0);
    subject.destroy();
    expect(spy.aliveCount).toBe(0);
    expect(keys.sendKey).toEqual(new Uint8Array(32));
    expect(subject.window.bodyOf(0)).toBeUndefined();
    expect(subject.window.resendAt).toBeUndefined();
  });
});
