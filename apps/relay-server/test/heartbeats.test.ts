import { expect, it } from "vitest";
import { Heartbeats } from "../src/protocol/heartbeats.ts";
import { ManualClock } from "./manual-clock.ts";

/** Beats of ten seconds, and when each of those who are in was asked. */
function beats() {
  const clock = new ManualClock();
  const heartbeats = new Heartbeats(clock, 10_000);
  const asked: [string, number][] = [];
  const join = (name: string) => {
    const one = { beat: () => void asked.push([name, clock.now() / 1_000]) };
    heartbeats.add(one);
    return one;
  };
  return { clock, heartbeats, asked, join };
}

it("ask each in its own rhythm, from when it came, with one timer", () => {
  const { clock, asked, join } = beats();
  join("a");
  clock.pass(3);
  join("b");
  clock.pass(4);
  join("c");
  expect(clock.pending).toBe(1);
  clock.pass(17);
  expect(asked).toEqual([
    ["a", 10],
    ["b", 13],
    ["c", 17],
    ["a", 20],
    ["b", 23],
  ]);
  expect(clock.pending).toBe(1);
});

it("ask nobody who has gone, and then need no timer", () => {
  const { clock, heartbeats, asked, join } = beats();
  const [a, b] = [join("a"), join("b")];
  heartbeats.remove(a);
  clock.pass(10);
  expect(asked).toEqual([["b", 10]]);
  heartbeats.remove(b);
  expect(clock.pending).toBe(0);
});

it("let those go whom they ask", () => {
  const { clock, heartbeats, asked, join } = beats();
  const leaves = { beat: () => heartbeats.remove(leaves) };
  heartbeats.add(leaves);
  join("stays");
  clock.pass(10);
  expect(asked).toEqual([["stays", 10]]);
  expect(clock.pending).toBe(1);
});

it("do not hurry after a turn that took long", () => {
  const { clock, asked, join } = beats();
  const slow = { beat: () => clock.pass(25) };
  join("a");
  clock.pass(10);
  slow.beat();
  expect(asked).toEqual([
    ["a", 10],
    ["a", 20],
    ["a", 30],
  ]);
});
