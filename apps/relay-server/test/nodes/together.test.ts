import { expect, it } from "vitest";
import type { Status } from "../../src/observe/status.ts";
import { member } from "../client.ts";
import { nodesForEachTest } from "./two-nodes.ts";

const nodes = nodesForEachTest();

async function seenBy(n: number) {
  // A census counts for a while.
  await nodes.pass(2);
  const answer = await fetch(`${nodes.url(n).replace("ws", "http")}/status.json`);
  const { groups, sessions, together } = (await answer.json()) as Status;
  const own = Object.values(sessions).reduce((sum, count) => sum + count, 0);
  return { groups, sessions: own, together };
}

it("each node says how many there are, which of them it is, and what all have together", async () => {
  expect((await seenBy(0)).together).toEqual({ number: 1, nodes: 2, sessions: 0 });
  const here = await nodes.connect(0);
  await here.call("Session.open", member(1));
  const alone = { groups: 1, sessions: 1, together: { number: 1, nodes: 2, sessions: 1 } };
  expect(await seenBy(0)).toEqual(alone);
  expect(await seenBy(1)).toEqual({ groups: 0, sessions: 0, together: { number: 2, nodes: 2, sessions: 1 } });
  // A group that two of them run counts at both, and its sessions once for all.
  await (await nodes.connect(1)).call("Session.open", member(2));
  expect(await seenBy(0)).toEqual(alone);
  expect(await seenBy(1)).toEqual({ ...alone, together: { number: 2, nodes: 2, sessions: 1 } });
  nodes.kill(1);
  await nodes.pass(6);
  expect((await seenBy(0)).together).toEqual({ number: 1, nodes: 1, sessions: 1 });
});
