import { beforeEach, expect, it } from "vitest";
import { Account } from "../../src/limits/account.ts";
import { defaultLimits } from "../../src/limits/limits.ts";
import { ManualClock } from "../manual-clock.ts";

let clock: ManualClock;
let spent: (readonly [what: string, amount: number, perSecond: number])[];
let wait: number;
let account: Account;
beforeEach(() => {
  clock = new ManualClock();
  spent = [];
  wait = 0;
  const count = {
    async spend(...all: readonly [string, number, number]) {
      spent.push(all);
      if (wait < 0) throw new Error("nobody can say");
      return wait;
    },
  };
  const limits = { addressMessagesPerSecond: 100, addressBytesPerSecond: 70_000, newConnectionsPerSecond: 5 };
  account = new Account(clock, { ...defaultLimits, ...limits }, count);
});

const waiter = { bytes: 10, granted: () => undefined };

it("what is read of an address is told to the others, many messages at once", async () => {
  for (let i = 0; i < 5; i++) expect(account.take(waiter, clock.now())).toBe(true);
  account.charge(3, clock.now(), 2);
  expect(spent).toEqual([]);
  clock.pass(0.25);
  expect(spent).toEqual([
    ["messages", 7, 100],
    ["bytes", 53, 70_000],
  ]);
  account.take({ ...waiter, bytes: 3_500 }, clock.now());
  clock.pass(0.25);
  expect(spent.slice(2)).toEqual([
    ["messages", 1, 100],
    ["bytes", 3_500, 70_000],
  ]);
});

it("what is little is told nobody, and not added up", async () => {
  for (let i = 0; i < 10; i++) {
    for (let j = 0; j < 4; j++) expect(account.take(waiter, clock.now())).toBe(true);
    clock.pass(0.25);
  }
  expect(spent).toEqual([]);
});

it("an address that is too fast at all relays together waits here", async () => {
  wait = 700;
  account.take({ ...waiter, bytes: 3_500 }, clock.now());
  clock.pass(0.25);
  await new Promise(setImmediate);
  expect(account.debt(clock.now())).toBe(700);
  let isGranted = false;
  const granted = () => {
    isGranted = true;
  };
  expect(account.take({ bytes: 10, granted }, clock.now())).toBe(false);
  clock.pass(0.7);
  expect(isGranted).toBe(false);
  clock.pass(0.01);
  expect(isGranted).toBe(true);
});

it("attempts to connect are told one by one, and the next one is refused if it was too much", async () => {
  wait = 400;
  expect(account.attempt()).toBe(true);
  expect(spent).toEqual([["attempts", 1, 5]]);
  await new Promise(setImmediate);
  expect(account.attempt()).toBe(false);
  clock.pass(0.6);
  expect(account.attempt()).toBe(true);
});

it("while nobody can say how much it is together, the rate of this relay holds", async () => {
  wait = -1;
  account.take({ ...waiter, bytes: 3_500 }, clock.now());
  clock.pass(0.25);
  for (let i = 0; i < 5; i++) expect(account.attempt()).toBe(true);
  await new Promise(setImmediate);
  expect(account.attempt()).toBe(false);
  expect(account.debt(clock.now())).toBe(0);
});
