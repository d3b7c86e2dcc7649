import { beforeEach, describe, expect, it } from "vitest";
import { Account } from "../../src/limits/account.ts";
import { defaultLimits } from "../../src/limits/limits.ts";
import { ManualClock } from "../manual-clock.ts";
import { Reader } from "./reader.ts";

/** No rate but that of refusals. */
const fast = {
  ...defaultLimits,
  messagesPerSecond: 1_000_000,
  addressMessagesPerSecond: 1_000_000,
};

describe("who is refused", () => {
  let clock: ManualClock;
  let account: Account;
  beforeEach(() => {
    clock = new ManualClock();
    account = new Account(clock, fast);
  });
  const reader = () => new Reader(clock, account, fast);
  const refused = () => Object.assign(reader(), { isRefusing: true });

  it("half a minute's worth at once is read as everybody is", () => {
    const one = refused().receive(300);
    expect(one).toMatchObject({ isPaused: false, scopes: [] });
    expect(one.taken).toHaveLength(300);
    one.receive(1);
    expect(one.isPaused).toBe(false);
    one.receive(1);
    expect(one).toMatchObject({ isPaused: true, scopes: ["refusals"] });
    expect(one.taken).toHaveLength(301);
  });

  it("beyond that is not read for a second, and then as much as there is room for, at once", () => {
    const one = refused().receive(10_000);
    expect(one.taken).toHaveLength(301);
    clock.pass(0.999);
    expect(one.taken).toHaveLength(301);
    clock.pass(0.001);
    expect(one.taken).toHaveLength(311);
    expect(one.isPaused).toBe(true);
    clock.pass(99);
    expect(one.taken).toHaveLength(301 + 100 * 10);
    // A pause for many of them, not one for each.
    expect(one.scopes.filter((scope) => scope === "refusals")).toHaveLength(101);
  });

  it("loses nothing, and is read as before when there is room again", () => {
    const one = refused().receive(301);
    one.isRefusing = false;
    one.receive(1_000);
    expect(one.taken).toHaveLength(301);
    clock.pass(1);
    expect(one.taken).toHaveLength(1_301);
    expect(one).toMatchObject({ isPaused: false, scopes: ["refusals"] });
  });

  it("has all back after half a minute", () => {
    const one = refused().receive(301);
    clock.pass(30.1);
    one.receive(301);
    expect(one.taken).toHaveLength(602);
    expect(one.isPaused).toBe(false);
  });

  it("has no more under way than it may be refused", () => {
    const one = refused().receive(200);
    one.isAnswering = false;
    one.receive(200);
    expect(one.taken).toHaveLength(300);
    expect(one).toMatchObject({ isPaused: true, scopes: ["store"] });
    one.isRefusing = false;
    one.answers.shift()?.();
    expect(one.taken).toHaveLength(301);
  });

  it("is paused with its address, however many connections it has, and pays for what it is refused only", () => {
    for (let i = 0; i < 6; i++) refused().receive(280);
    const [guilty, honest] = [refused(), reader()];
    guilty.receive(2);
    expect(guilty).toMatchObject({ isPaused: true, scopes: ["refusals"] });
    expect(guilty.taken).toHaveLength(1);
    honest.receive(1_000);
    expect(honest.taken).toHaveLength(1_000);
    expect(honest.scopes).toEqual([]);
  });

  it("of an address that may have no more, one request is under way at a time", () => {
    for (let i = 0; i < 6; i++) refused().receive(280);
    const one = refused();
    one.isAnswering = false;
    one.receive(100);
    expect(one.taken).toHaveLength(1);
    one.isRefusing = false;
    one.answers.shift()?.();
    expect(one.taken).toHaveLength(2);
  });

  it("from one address is read at the rate of the address, also over connections that are always new", () => {
    let taken = 0;
    for (let second = 0; second < 60; second++) {
      const few = Array.from({ length: 50 }, () => refused().receive(1_000));
      clock.pass(1);
      for (const one of few) {
        taken += one.taken.length;
        one.intake.stop();
      }
    }
    // 1,500 at once, 50 a second, and one of each new connection.
    expect(taken).toBeLessThanOrEqual(1_500 + 60 * 50 + 60 * 50);
  });
});
