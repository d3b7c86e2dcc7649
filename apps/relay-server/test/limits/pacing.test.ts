import { beforeEach, describe, expect, it } from "vitest";
import { Account } from "../../src/limits/account.ts";
import { defaultLimits, type Limits } from "../../src/limits/limits.ts";
import { ManualClock } from "../manual-clock.ts";
import { Reader } from "./reader.ts";

let clock: ManualClock;
let account: Account;
beforeEach(() => {
  clock = new ManualClock();
  account = new Account(clock, defaultLimits);
});

const reader = (limits?: Limits) => new Reader(clock, account, limits);
const readers = (count: number) => Array.from({ length: count }, () => reader());
const KIB = 1_024;

describe("at a limit everything is taken at once; one above waits for its time, and nothing is lost", () => {
  it.each<[keyof Limits, string, () => { last: Reader; above: [number, number] }, number]>([
    ["messagesPerSecond", "connection", () => ({ last: reader().receive(100), above: [1, 1] }), 0.01],
    ["bytesPerSecond", "connection", () => ({ last: reader().receive(16, 64 * KIB), above: [1, 1] }), 0.001],
    [
      "addressMessagesPerSecond",
      "address",
      () => {
        const all = readers(11);
        for (const one of all.slice(0, 10)) one.receive(100);
        return { last: all[10] as Reader, above: [1, 1] };
      },
      0.001,
    ],
    [
      "addressBytesPerSecond",
      "address",
      () => {
        const all = readers(9);
        for (const one of all.slice(0, 8)) one.receive(16, 64 * KIB);
        return { last: all[8] as Reader, above: [1, 64 * KIB] };
      },
      0.008,
    ],
  ])("%s", (_name, scope, fill, seconds) => {
    const {
      last,
      above: [count, bytes],
    } = fill();
    const before = last.taken.length;
    expect(last).toMatchObject({ isPaused: false, scopes: [] });
    last.receive(count, bytes);
    expect(last).toMatchObject({ isPaused: true, scopes: [scope] });
    expect(last.taken).toHaveLength(before);
    clock.pass(seconds - 0.001);
    expect(last.taken).toHaveLength(before);
    clock.pass(0.001);
    expect(last.taken).toHaveLength(before + count);
    expect(last.isPaused).toBe(false);
  });

  it("unansweredBytes", async () => {
    const one = reader();
    one.isAnswering = false;
    one.receive(4, 64 * KIB);
    expect(one).toMatchObject({ isPaused: false, scopes: [] });
    expect(one.taken).toHaveLength(4);
    one.receive(1, 1);
    expect(one).toMatchObject({ isPaused: true, scopes: ["store"] });
    expect(one.taken).toHaveLength(4);
    one.answers.shift()?.();
    await Promise.resolve();
    expect(one.taken).toHaveLength(5);
    expect(one.isPaused).toBe(false);
  });

  it("256 requests without an answer", async () => {
    const one = reader({ ...defaultLimits, messagesPerSecond: 1_000 });
    one.isAnswering = false;
    one.receive(256, 1);
    expect(one.isPaused).toBe(false);
    one.receive(1, 1);
    expect(one).toMatchObject({ isPaused: true, scopes: ["store"] });
    expect(one.taken).toHaveLength(256);
    one.answers.shift()?.();
    await Promise.resolve();
    expect(one.taken).toHaveLength(257);
  });
});

describe("who sends too fast", () => {
  it("is read at the rate, in order, down to the last message", () => {
    const one = reader();
    // One in two is no text.
    const messages = Array.from({ length: 1_000 }, (_, i) => (i % 2 === 0 ? `${i}` : i));
    for (const message of messages) one.intake.receive(message, typeof message === "number" ? message : message.length);
    clock.pass(4);
    expect(one.taken).toHaveLength(500);
    expect(one.isPaused).toBe(true);
    clock.pass(5);
    expect(one.taken).toEqual(messages);
    expect(one.isPaused).toBe(false);
  });

  it("does not keep others of the same address from their turn", () => {
    const [greedy, modest] = readers(2) as [Reader, Reader];
    const crowd = readers(10);
    for (const one of crowd) one.receive(100);
    greedy.receive(50);
    modest.receive(1);
    clock.pass(0.001);
    expect([greedy.taken.length, modest.taken.length]).toEqual([1, 0]);
    clock.pass(0.001);
    expect([greedy.taken.length, modest.taken.length]).toEqual([1, 1]);
  });

  it("is not overtaken by who needs less room", () => {
    for (const one of readers(8)) one.receive(16, 64 * KIB);
    const [large, small] = readers(2) as [Reader, Reader];
    large.receive(1, 64 * KIB);
    clock.pass(0.004);
    small.receive(1);
    expect(small.scopes).toEqual(["address"]);
    clock.pass(0.003);
    expect([large.taken.length, small.taken.length]).toEqual([0, 0]);
    clock.pass(0.002);
    expect([large.taken.length, small.taken.length]).toEqual([1, 1]);
  });

  it("leaves no hole in the line when it goes", () => {
    for (const one of readers(10)) one.receive(100);
    const [gone, next] = readers(2) as [Reader, Reader];
    gone.receive(1);
    next.receive(1);
    gone.intake.stop();
    clock.pass(0.001);
    expect([gone.taken.length, next.taken.length]).toEqual([0, 1]);
  });

  it("is not read while its answers wait", () => {
    const one = reader();
    one.hasRoom = false;
    one.receive(2);
    expect(one).toMatchObject({ isPaused: true, taken: [], scopes: [] });
    one.hasRoom = true;
    one.intake.advance();
    expect(one.taken).toHaveLength(2);
    expect(one.isPaused).toBe(false);
  });

  it("is not read for a while after a flood of pings, which themselves wait for nothing", () => {
    const one = reader();
    for (let i = 0; i < 100; i++) one.intake.charge(0);
    expect(one.isPaused).toBe(false);
    for (let i = 0; i < 10_000; i++) one.intake.charge(0);
    expect(one).toMatchObject({ isPaused: true, scopes: ["connection"] });
    one.receive(1);
    clock.pass(0.999);
    expect(one.isPaused).toBe(true);
    clock.pass(0.011);
    expect(one.taken).toHaveLength(1);
    expect(one.isPaused).toBe(false);
  });
});

describe("an intake that is finished", () => {
  it("throws away what waits, and is done when all is answered that was taken", async () => {
    const one = reader();
    one.isAnswering = false;
    one.receive(101);
    let isDone = false;
    void one.intake.finish().then(() => {
      isDone = true;
    });
    one.receive(1);
    clock.pass(10);
    expect(one.taken).toHaveLength(100);
    expect(one.isPaused).toBe(false);
    for (const answer of one.answers.slice(1)) answer();
    await Promise.resolve();
    await Promise.resolve();
    expect(isDone).toBe(false);
    one.answers[0]?.();
    await expect.poll(() => isDone).toBe(true);
  });

  it("is done at once if nothing was taken", async () => {
    await expect(reader().intake.finish()).resolves.toBeUndefined();
  });
});
