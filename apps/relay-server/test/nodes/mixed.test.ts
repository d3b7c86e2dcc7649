import { expect, it } from "vitest";
import { body, secret, text } from "../client.ts";
import { event } from "../mixed/company.ts";
import { nodesForEachTest } from "./two-nodes.ts";

const nodes = nodesForEachTest();

it("connections at two nodes and a member with a token at a third make one session of both dialects", async () => {
  await nodes.start();
  const one = await nodes.connectMpc(0);
  const two = await nodes.connectMpc(1);
  const client = await nodes.connect(2);
  const group = await one.result<string>("Group.create", ["team", { parties: 3, threshold: 1 }]);
  expect(await two.result("Group.join", group)).toMatchObject({ uuid: group, label: "team" });
  const { uuid: session } = await one.result<{ uuid: string }>("Session.create", [group, "keygen", null]);
  expect(await two.next()).toBe(event("sessionCreate", { uuid: session, kind: "keygen", value: null }));
  expect(await two.result("Session.signup", [group, session, "keygen"])).toBe(1);
  expect(await one.result("Session.signup", [group, session, "keygen"])).toBe(2);
  const seat = { group, session, kind: "keygen", parties: 3, threshold: 2, eid: secret(3), versions: "AQ" } as const;
  const opened = await client.call("Session.open", { ...seat, token: secret(103) });
  expect(opened).toMatchObject({ number: 3, missing: [] });
  expect(opened.members.map(({ online }) => online)).toEqual([true, true, true]);
  const complete = event("sessionSignup", session);
  expect([await one.next(), await two.next()]).toEqual([complete, complete]);

  await one.result("Session.message", [
    ...[group, session, "keygen"],
    { round: 1, sender: 2, receiver: null, uuid: session, body: "hello" },
  ]);
  expect(JSON.parse(await two.next())).toMatchObject({ result: ["sessionMessage", { sender: 2, body: "hello" }] });
  await client.until(() => client.bodies().length === 1);
  expect(JSON.parse(text(client.bodies()[0] ?? ""))).toMatchObject({ sender: 2, body: "hello" });

  await client.call("Session.message", { session, cseq: 1, envelopes: [{ to: 1, body: body("for one") }] });
  expect(JSON.parse(await two.next())).toMatchObject({ result: ["sessionMessage", { sender: 3, receiver: 1 }] });
  await two.close();
  expect(await client.event("memberOffline")).toEqual({ session, number: 1 });
  expect(await one.rest()).toEqual([]);
});

it("calls of a connection keep their order where a group has to be read first", async () => {
  const one = await nodes.connectMpc(0);
  const two = await nodes.connectMpc(1);
  const group = await one.result<string>("Group.create", ["team", { parties: 2, threshold: 1 }]);
  const { uuid: session } = await one.result<{ uuid: string }>("Session.create", [group, "keygen", null]);
  const calls = [
    ["Group.join", group],
    ["Session.join", [group, session, "keygen"]],
    ["Session.signup", [group, session, "keygen"]],
  ] as const;
  calls.forEach(([method, params], id) => {
    two.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  });
  const answers = [await two.next(), await two.next(), await two.next()].map((answer) => JSON.parse(answer));
  expect(answers.map(({ id }) => id)).toEqual([0, 1, 2]);
  expect(answers[2]).toMatchObject({ result: 1 });
});
