import { beforeEach, expect, it } from "vitest";
import { Accounts } from "../../src/limits/accounts.ts";
import { defaultLimits } from "../../src/limits/limits.ts";
import { ManualClock } from "../manual-clock.ts";

let clock: ManualClock;
let accounts: Accounts;
beforeEach(() => {
  clock = new ManualClock();
  accounts = new Accounts(clock, { ...defaultLimits, newConnectionsPerSecond: 2, connectionsPerAddress: 2 });
});

it("are shared by all who come from one address", () => {
  const [a, b, other] = [accounts.hold("a"), accounts.hold("a"), accounts.hold("b")];
  expect(a.account).toBe(b.account);
  expect(a.account).not.toBe(other.account);
  expect(accounts.size).toBe(2);
});

it("are remembered while somebody is there, and until everything is as new", () => {
  const first = accounts.hold("a");
  const second = accounts.hold("a");
  first.account.attempt();
  first.account.attempt();
  expect(first.account.attempt()).toBe(false);
  first.release();
  clock.pass(60);
  expect(accounts.size).toBe(1);
  second.release();
  clock.pass(1.999);
  expect(accounts.size).toBe(1);
  // Who comes back in time finds what was left.
  const third = accounts.hold("a");
  expect(third.account).toBe(first.account);
  third.release();
  clock.pass(1.999);
  expect(accounts.size).toBe(1);
  clock.pass(0.001);
  expect(accounts.size).toBe(0);
});

it("are remembered until what was refused is made up for", () => {
  const first = accounts.hold("a");
  first.account.refusals.budget.charge(1_500, clock.now());
  first.release();
  clock.pass(29.999);
  expect(accounts.hold("a").account).toBe(first.account);
  first.release();
  clock.pass(2);
  expect(accounts.size).toBe(0);
});

it("have turns of their own for what is refused: each second since they are there", () => {
  clock.pass(0.3);
  const { refusals } = accounts.hold("a").account;
  expect([301, 1_300, 1_301].map((time) => refusals.turn(time))).toEqual([1_300, 1_300, 2_300]);
});

it("count attempts by the second", () => {
  const { account } = accounts.hold("a");
  expect([account.attempt(), account.attempt(), account.attempt()]).toEqual([true, true, false]);
  clock.pass(0.5);
  expect([account.attempt(), account.attempt()]).toEqual([true, false]);
});

it("count connections until they are closed", () => {
  const { account } = accounts.hold("a");
  account.countConnection(1);
  expect(account.hasRoomForConnection()).toBe(true);
  account.countConnection(1);
  expect(account.hasRoomForConnection()).toBe(false);
  account.countConnection(-1);
  expect(account.hasRoomForConnection()).toBe(true);
});
