import { decodeEntry, type GroupEntry } from "@countersign/relay";
import { expect, it } from "vitest";
import { nodesForEachTest } from "./two-nodes.ts";

const nodes = nodesForEachTest();

/** Has a node wait for what it reads of its store; `asked` resolves when it does. */
function held(n: number) {
  const { store } = nodes.node(n);
  const read = store.read.bind(store);
  let release = () => undefined as unknown;
  const go = new Promise<void>((resolve) => {
    release = () => {
      store.read = read;
      resolve();
    };
  });
  const asked = new Promise<void>((resolve) => {
    store.read = async (...range) => {
      resolve();
      await go;
      return read(...range);
    };
  });
  return { asked, release: () => release() };
}

/** Resolves when a node has so many connections. */
async function connections(n: number, count: number): Promise<void> {
  const url = `${nodes.url(n).replace(/^ws/, "http")}/metrics`;
  for (;;) {
    const page = await (await fetch(url)).text();
    const open = [...page.matchAll(/^countersign_relay_connections\{[^}]*\} (\d+)$/gm)];
    if (open.reduce((sum, [, number]) => sum + Number(number), 0) === count) return;
  }
}

/** Connections that the log of a group has taken in and not out again. */
function isIn(group: string): number {
  const records = nodes.memory.logs.get(`group/${group}`)?.records ?? [];
  const types = records.map(({ entry }) => decodeEntry<GroupEntry>(entry)?.type);
  const count = (type: string) => types.filter((one) => one === type).length;
  return count("found") + count("attach") - count("detach");
}

const dialects = ["mpc-websocket", "countersign.v1"] as const;

it.each(dialects)("who is gone before it is in a group is not taken in: %s", async (dialect) => {
  const first = await nodes.connectMpc(0);
  const group = await first.result<string>("Group.create", ["team", { parties: 3, threshold: 1 }]);
  const { asked, release } = held(1);
  if (dialect === "mpc-websocket") {
    const late = await nodes.connectMpc(1);
    late.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "Group.join", params: group }));
    await asked;
    late.webSocket.terminate();
  } else {
    const late = await nodes.connect(1);
    late.call("Group.join", { group }).catch(() => undefined);
    await asked;
    await late.close();
  }
  await connections(1, 0);
  release();
  // Behind it.
  const last = await nodes.connectMpc(1);
  await last.result("Group.join", group);
  await nodes.pass(30);
  expect(isIn(group)).toBe(2);
});
