import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { team } from "../mpc/mpc-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { unpaced } from "../unpaced.ts";

const site = relayForEachTest(() => ({ limits: unpaced }));

const MIB = 1024 * 1024;
const TEXTS = 500;

function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

it("a message with much around it is kept as what it is", async () => {
  const { group, members } = await team(site.relay.url, { size: 2, parties: 2 });
  const [a, b] = members;
  if (a === undefined || b === undefined) throw new Error("nobody is there");
  const { uuid: session } = await a.result<{ uuid: string }>("Session.create", [group, "keygen", null]);
  await b.next();
  for (const one of members) {
    one.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "Session.signup", params: [group, session, "keygen"] }));
    await one.next();
  }
  for (const one of members) await one.next();
  const before = usedHeap();
  const message = { round: 1, sender: 1, receiver: null, uuid: session, body: "sixteen letters." };
  for (let i = 0; i < TEXTS; i++) {
    const params = `["${group}","${session}","keygen",${JSON.stringify(message)}${" ".repeat(60_000)}]`;
    a.send(`{"jsonrpc":"2.0","id":1,"method":"Session.message","params":${params}}`);
    await a.next();
    await b.next();
  }
  b.texts.length = 0;
  // 30 MB have gone through.
  expect(usedHeap() - before).toBeLessThan(12 * MIB);
});
