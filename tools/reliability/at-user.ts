// Uses one handshake time after the other, each when it is on disk, until it is killed: at-user.ts FOLDER CLOCK ORDER
// FOLDER has the state, CLOCK is by how many seconds the clock is wrong, ORDER is 0 (EVEN) or 1 (ODD).
import { writeSync } from "node:fs";
import { AtFiles } from "@countersign/cli/at-files";
import { nextAt, type Order } from "@countersign/handshake";

const [folder = "", clock = "", order = ""] = process.argv.slice(2);
const [own, peer] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];

const files = await AtFiles.open(folder, own);
for (;;) {
  const at = nextAt(BigInt(order) as Order, files.highest(peer), Date.now() / 1_000 + Number(clock));
  if (at === undefined) throw new Error("no time is left");
  await files.raise(peer, at);
  // What has been said stays said: the line is out of this process before the next one is begun.
  writeSync(1, `${at}\n`);
}
