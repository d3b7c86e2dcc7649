import { afterEach, expect, it } from "vitest";
import { secret } from "../client.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { PositionalClient } from "./positional-client.ts";

const site = relayForEachTest();
const clients: PositionalClient[] = [];

async function connect(): Promise<PositionalClient> {
  const client = await PositionalClient.connect(site.relay.url);
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

it("a client of its own kind makes a key and signs, with arguments by position only", async () => {
  const [a, b] = [await connect(), await connect()];
  const created = (await a.call("Group.create", "treasury", 2, 2)).result as { group: string };
  const { group } = created;
  expect((await b.call("Group.join", group)).result).toMatchObject({ label: "treasury", parties: 2, threshold: 2 });

  const { session } = (await a.call("Session.create", group, "keygen", null)).result as { session: string };
  expect(await b.event("sessionCreated")).toEqual({ group, session, kind: "keygen", value: null });
  expect((await a.call("Session.join", group, session)).result).toMatchObject({ missing: [1, 2] });
  for (const [i, client] of [a, b].entries()) {
    const signed = await client.call("Session.signup", group, session, secret(1 + i), "AQ", secret(101 + i));
    expect(signed.result).toMatchObject({ number: i + 1 });
  }
  await a.call("Session.message", session, 1, [{ to: 0, body: "AAFD" }]);
  expect(await b.event("message")).toMatchObject({ session, from: 1, bodies: ["AAFD"] });
  await Promise.all([a, b].map((client) => client.call("Session.finish", session)));
  await a.event("sessionClosed");

  const signing = (await a.call("Session.create", group, "sign")).result as { session: string };
  expect((await a.call("Notify.proposal", group, signing.session, "payout", { hash: "00" })).result).toEqual({});
  expect(await b.event("proposal")).toMatchObject({ session: signing.session, proposal: "payout" });
  const load = (client: PositionalClient, n: number) =>
    client.call("Session.load", group, signing.session, secret(10 + n), "AQ", secret(110 + n), n);
  expect((await load(b, 2)).result).toMatchObject({ number: 2, missing: [1] });
  expect((await load(a, 1)).result).toMatchObject({ number: 1, missing: [] });
  expect((await a.call("Session.participant", signing.session, 0)).result).toEqual({});
  expect((await b.call("Session.participant", signing.session, 0)).error).toMatchObject({ code: -32_602 });
  expect((await a.call("Notify.signed", group, signing.session, [1])).result).toEqual({});
  expect(await b.event("signed")).toEqual({ group, session: signing.session, value: [1] });
  expect((await b.call("rpc.discover")).result).toMatchObject({ openrpc: "1.2.6" });
});

it("calls of a batch are carried out in order and answered in one text, before the events that they cause", async () => {
  const [a, b] = [await connect(), await connect()];
  const { group } = (await a.call("Group.create", "g", 2, 2)).result as { group: string };
  const [joined, unknown, wrong, made] = await b.batch(
    ["Group.join", group],
    ["Session.destroy", group],
    ["Session.create", group, "dance"],
    ["rpc.discover"],
  );
  expect([joined?.result, unknown?.error, wrong?.error, made?.result]).toMatchObject([
    { group },
    { code: -32_601 },
    { code: -32_602, data: { path: "kind" } },
    { openrpc: "1.2.6" },
  ]);
  const answers = await b.batch(
    ["Session.create", group, "keygen", 1],
    ["Session.create", group, "keygen", 2],
    ["Notify.proposal", group, "00000000-0000-4000-8000-000000000001", "p", 3],
  );
  expect(answers.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
  await a.event("proposal");
  expect(a.events.map(([name, params]) => [name, params["value"] ?? params["message"]])).toEqual([
    ["sessionCreated", 1],
    ["sessionCreated", 2],
    ["proposal", 3],
  ]);
  expect(b.events).toEqual([]);
});
