import { expect, it } from "vitest";
import { body, member, secret, text, uuid } from "../client.ts";
import { nodesForEachTest } from "./two-nodes.ts";

const nodes = nodesForEachTest();

it("members of a node that is dead go offline, and come back at another one with all that was said", async () => {
  const a = await nodes.connect(0);
  const b = await nodes.connect(1);
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  const said = { session: uuid(2), cseq: 1, envelopes: [{ to: 1, body: body("before") }] };
  await b.call("Session.message", said);
  nodes.kill(0);
  await nodes.pass(9);
  expect(b.events.filter(({ name }) => name === "memberOffline")).toEqual([
    { name: "memberOffline", params: { session: uuid(2), number: 1 } },
  ]);
  await b.call("Session.message", { ...said, cseq: 2, envelopes: [{ to: 1, body: body("while away") }] });
  const again = await nodes.connect(1);
  await again.call("Session.resume", { session: uuid(2), token: secret(101), after: 1 });
  await again.until(() => again.bodies().length === 2);
  expect(again.bodies().map(text)).toEqual(["before", "while away"]);
});

it("a node that is only slow to say that it is there is not taken for dead", async () => {
  const a = await nodes.connect(0);
  const b = await nodes.connect(1);
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  await nodes.pass(60);
  expect(b.events.map(({ name }) => name)).not.toContain("memberOffline");
});

it("connections of a dead node are out of their groups, whether or not somebody else ran these", async () => {
  const one = await nodes.connectMpc(0);
  const two = await nodes.connectMpc(1);
  const shared = await one.result<string>("Group.create", ["shared", { parties: 2, threshold: 1 }]);
  await two.result("Group.join", shared);
  const alone = await one.result<string>("Group.create", ["alone", { parties: 2, threshold: 1 }]);
  nodes.kill(0);
  await nodes.pass(12);
  const three = await nodes.connectMpc(1);
  // Of the one its place is free again, the other exists no more.
  expect(await three.ask("Group.join", shared)).toContain('"result"');
  expect(await three.ask("Group.join", alone)).toContain("does not exist");
});

it("a session whose members were all at a dead node still ends when its time is over", async () => {
  const a = await nodes.connect(0);
  await a.call("Session.open", member(1));
  nodes.kill(0);
  await nodes.pass(15);
  nodes.clock.pass(1_805);
  await nodes.pass(1);
  const b = await nodes.connect(1);
  const resuming = b.call("Session.resume", { session: uuid(2), token: secret(101), after: 0 });
  await expect(resuming).rejects.toThrow("relay.session-ended");
  nodes.clock.pass(1_805);
  await nodes.pass(15);
  const c = await nodes.connect(1);
  const again = c.call("Session.resume", { session: uuid(2), token: secret(101), after: 0 });
  await expect(again).rejects.toThrow("relay.unknown-session");
});
