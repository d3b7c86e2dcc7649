import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Client, member, uuid } from "../client.ts";
import { MpcSocket, team } from "./mpc-socket.ts";

const limits = { sessionsPerGroup: 2, sessions: 3, groupsPerConnection: 2, bytesPerSession: 64 * 1024 };
let relay: RunningRelay;
beforeEach(async () => {
  relay = await startRelay({ limits });
});
afterEach(() => relay.close());

const refused = (text: string) => ({ id: 1, error: { code: -32_603, message: text } });
const parse = (text: string) => JSON.parse(text);

it("a group has as many sessions as it may, however quickly they are asked for, and so has the relay", async () => {
  const { group, members } = await team(relay.url, { size: 1, parties: 2 });
  const [a] = members as [MpcSocket];
  for (let i = 0; i < 4; i++)
    a.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "Session.create", params: [group, "sign"] }));
  const answers = [await a.next(), await a.next(), await a.next(), await a.next()].map(parse);
  expect(answers.slice(0, 2)).toMatchObject([{ result: { kind: "sign" } }, { result: { kind: "sign" } }]);
  expect(answers.slice(2)).toMatchObject(Array(2).fill(refused(`group ${group} has too many sessions`)));

  const client = await Client.connect(relay.url);
  await client.call("Session.open", member(1));
  const other = await team(relay.url, { size: 1, parties: 2 });
  const [b] = other.members as [MpcSocket];
  expect(parse(await b.ask("Session.create", [other.group, "sign"]))).toMatchObject(
    refused("the relay has too many sessions"),
  );
  await expect(client.call("Session.open", member(1, { session: uuid(9) }))).rejects.toThrow("relay.quota-reached");
});

it("a connection is in as many groups as it may, and may ask again for one in which it is", async () => {
  const a = await MpcSocket.connect(relay.url);
  const create = () => a.ask("Group.create", ["g", { parties: 3, threshold: 1 }]);
  const group = parse(await create()).result;
  await create();
  expect(parse(await create()).error.message).toMatch(/^client \d+ is in too many groups$/);
  expect(parse(await a.ask("Group.join", group))).toMatchObject({ result: { uuid: group } });
});

it("a session keeps as much for members who have not read it as it may", async () => {
  const { group, members } = await team(relay.url, { size: 1, parties: 2 });
  const [a] = members as [MpcSocket];
  const session = (await a.result<{ uuid: string }>("Session.create", [group, "keygen", null])).uuid;
  await a.result("Session.signup", [group, session, "keygen"]);
  const send = (length: number) =>
    a.ask("Session.message", [
      group,
      session,
      "keygen",
      { round: 1, sender: 1, uuid: session, body: "x".repeat(length - 2) },
    ]);
  // The uuid in a message counts, too.
  const half = limits.bytesPerSession / 2 - session.length;
  expect(parse(await send(half))).toEqual({ jsonrpc: "2.0", id: 1 });
  expect(parse(await send(half))).toEqual({ jsonrpc: "2.0", id: 1 });
  const text = `session ${session} has too many messages that somebody has not read`;
  expect(parse(await send(3))).toMatchObject(refused(text));
});
