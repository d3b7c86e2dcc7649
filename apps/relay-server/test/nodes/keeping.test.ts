import { expect, it } from "vitest";
import { body, member, secret, text, uuid } from "../client.ts";
import { nodesForEachTest } from "./two-nodes.ts";

const nodes = nodesForEachTest();

/** How many sessions a node runs, wherever they stand. */
async function runs(n: number): Promise<number> {
  const counts = await nodes.sessions(n, ["gathering", "full", "closed", "aborted", "expired"]);
  return counts.reduce((sum, count) => sum + count, 0);
}

it("a node lets a group go that nobody there needs, unless it is the last one, and reads it again when it is asked", async () => {
  const a = await nodes.connect(0);
  await a.call("Session.open", member(1));
  const b = await nodes.connect(1);
  await b.call("Session.open", member(2));
  expect([await runs(0), await runs(1)]).toEqual([1, 1]);
  await b.close();
  await a.call("Session.message", { session: uuid(2), cseq: 1, envelopes: [{ to: 2, body: body("later") }] });
  await nodes.pass(60);
  expect([await runs(0), await runs(1)]).toEqual([1, 0]);
  await a.close();
  await nodes.pass(60);
  expect([await runs(0), await runs(1)]).toEqual([1, 0]);
  const again = await nodes.connect(1);
  await again.call("Session.resume", { session: uuid(2), token: secret(102), after: 0 });
  await again.until(() => again.bodies().length === 1);
  expect(again.bodies().map(text)).toEqual(["later"]);
  await nodes.pass(60);
  expect([await runs(0), await runs(1)]).toEqual([0, 1]);
});

it("of two nodes that could let a group go only one does", async () => {
  const a = await nodes.connect(0);
  const b = await nodes.connect(1);
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  await Promise.all([a.close(), b.close()]);
  await nodes.pass(90);
  expect((await runs(0)) + (await runs(1))).toBe(1);
});

it("a group in which nothing is left exists nowhere, and begins anew at any node", async () => {
  const a = await nodes.connect(0);
  const b = await nodes.connect(1);
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  await a.call("Session.abort", { session: uuid(2), reason: "done" });
  await b.event("sessionAborted");
  nodes.clock.pass(1_805);
  await nodes.pass(5);
  expect([await runs(0), await runs(1)]).toEqual([0, 0]);
  const resuming = b.call("Session.resume", { session: uuid(2), token: secret(102), after: 0 });
  await expect(resuming).rejects.toThrow("relay.unknown-session");
  // By another group, too: its name is free.
  expect(await b.call("Session.open", member(2, { group: uuid(7) }))).toMatchObject({ number: 1, seq: 1 });
  expect(await a.call("Session.open", member(1, { session: uuid(3) }))).toMatchObject({ number: 1, seq: 1 });
  expect(await a.call("Session.open", member(1, { group: uuid(7) }))).toMatchObject({ number: 2, seq: 2 });
  await b.event("memberJoined");
});

it("a session lives on at all nodes when a member comes back to one of them", async () => {
  const a = await nodes.connect(0);
  const b = await nodes.connect(1);
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  for (let i = 0; i < 4; i++) {
    nodes.clock.pass(1_000);
    await b.call("Session.resume", { session: uuid(2), token: secret(102), after: 0 });
    await nodes.pass(1);
  }
  expect(a.events.map(({ name }) => name)).not.toContain("sessionExpired");
  nodes.clock.pass(1_805);
  await a.event("sessionExpired");
  await b.event("sessionExpired");
});
