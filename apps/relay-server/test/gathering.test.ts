import { beforeEach, describe, expect, it } from "vitest";
import { Gathering } from "../src/store/gathering.ts";

let now = 0;
/** How many orders were taken each time. */
let taken: number[] = [];
let gathering: Gathering;

beforeEach(() => {
  now = 0;
  taken = [];
  gathering = new Gathering({ now: () => now }, () => taken.push(gathering.take().orders.length));
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
const waiter = { stored: () => undefined, failed: () => undefined };

function add(count: number, entry = "entry"): void {
  for (let i = 0; i < count; i++) gathering.add("log", entry, waiter);
  gathering.watch();
}

/** What is taken when one more is ordered in each of so many turns, each a millisecond long. */
async function trickle(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) {
    add(1);
    await turn();
    now += 1;
  }
}

describe("what is ordered of the store", () => {
  it("goes at once while nothing is known of the disk", async () => {
    add(3);
    await turn();
    expect(taken).toEqual([3]);
  });

  it("goes together until two turns have brought nothing more, and then begins anew", async () => {
    gathering.took(1);
    add(3);
    await turn();
    add(2);
    await turn();
    await turn();
    expect(taken).toEqual([]);
    add(1);
    for (let i = 0; i < 4; i++) await turn();
    expect(taken).toEqual([6]);
    add(2);
    for (let i = 0; i < 4; i++) await turn();
    expect(taken).toEqual([6, 2]);
  });

  it("waits for more no longer than the last transaction took, and a millisecond", async () => {
    gathering.took(0.009);
    await trickle(25);
    expect(taken).toEqual([11, 11]);
  });

  it("waits for nothing where there is plenty, in orders or in characters", async () => {
    gathering.took(1);
    add(255);
    expect(gathering.isPlenty).toBe(false);
    add(1);
    expect(gathering.isPlenty).toBe(true);
    await turn();
    expect(taken).toEqual([256]);
    add(2, "x".repeat(300_000));
    expect(gathering.isPlenty).toBe(true);
    await turn();
    expect(taken).toEqual([256, 2]);
    expect(gathering.isPlenty).toBe(false);
  });

  it("is told nothing where all of it was taken meanwhile", async () => {
    gathering.took(1);
    add(3);
    gathering.take();
    for (let i = 0; i < 4; i++) await turn();
    expect(taken).toEqual([]);
    expect(gathering.isEmpty).toBe(true);
  });
});
