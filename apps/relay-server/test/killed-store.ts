import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Order } from "../src/store/orders.ts";
import { OpenedStore } from "./opened-store.ts";

// A process that writes to a store, makes it smaller after each transaction, and says which one is durable, until it is
// killed: `killed-store.ts DIRECTORY FIRST`.

const COMING = ["a", "b", "c"];

/** What is ordered in one transaction: much that goes again soon, and between it a little that stays. */
export function roundOf(round: number): (readonly [log: string, order: Order])[] {
  const orders: (readonly [string, Order])[] = [];
  for (let i = 0; i < 24; i++) {
    orders.push([COMING[i % COMING.length] ?? "", `${round}.${i}${"x".repeat((round * 97 + i * 31) % 1_500)}`]);
    if (i % 8 === 0) orders.push(["registry", `${round}.${i}`]);
  }
  const trimmed = COMING[round % COMING.length] ?? "";
  orders.push([trimmed, { type: "trim", before: Number.POSITIVE_INFINITY, keep: [] }]);
  if (round % 40 === 0) orders.push(["registry", { type: "trim", before: 100, keep: [1, 7] }]);
  return orders;
}

const [, script, directory, first] = process.argv;
if (script === fileURLToPath(import.meta.url) && directory !== undefined) {
  const store = new OpenedStore(directory);
  for (let round = Number(first); ; round++) {
    if (store.run(...roundOf(round)).failed) throw new Error("it could not be written");
    writeSync(1, `${round}\n`);
    store.tidy();
  }
}
