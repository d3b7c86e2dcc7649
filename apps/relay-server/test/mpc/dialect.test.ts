import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MpcSocket, team } from "./mpc-socket.ts";

let relay: RunningRelay;
let directory: string;
const stores = { memory: () => startRelay(), disk: () => startRelay({ data: directory }) };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(async () => {
  await relay.close();
  rmSync(directory, { recursive: true, force: true });
});

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const nobody = "00000000-0000-4000-8000-000000000000";
const event = (name: string, payload: unknown) => JSON.stringify({ jsonrpc: "2.0", id: 0, result: [name, payload] });
const ack = '{"jsonrpc":"2.0","id":1}';

/** A session of three, of which the second and the third are parties of a signing session. */
async function signers() {
  const { group, members } = await team(relay.url, { size: 3 });
  const [a, b, c] = members as [MpcSocket, MpcSocket, MpcSocket];
  const { uuid } = await a.result<{ uuid: string }>("Session.create", [group, "sign", { of: "x" }]);
  await b.ask("Session.signup", [group, uuid, "sign"]);
  await c.ask("Session.signup", [group, uuid, "sign"]);
  for (const member of [b, c]) expect(await member.next()).toBe(event("sessionSignup", uuid));
  return { group, session: uuid, a, b, c };
}

const message = { round: 1, sender: 1, receiver: null, uuid: nobody, body: [18, "x"] };

describe.each(Object.entries(stores))("JSON-RPC, in %s", (_store, start) => {
  beforeEach(async () => {
    relay = await start();
  });

  const unknown = (id: string) =>
    `{"jsonrpc":"2.0",${id}"error":{"code":-32601,"message":"Service method not found: m"}}`;

  it.each([
    ["an id that is text", '{"jsonrpc":"2.0","id":"x","method":"m"}', unknown('"id":"x",')],
    ["an id that is an object", '{"jsonrpc":"2.0","id":{"a":[1]},"method":"m"}', unknown('"id":{"a":[1]},')],
    ["an id beyond 2^53", '{"jsonrpc":"2.0","id":9007199254740993,"method":"m"}', unknown('"id":9007199254740993,')],
    ["an id of null", '{"jsonrpc":"2.0","id":null,"method":"m"}', unknown("")],
    ["no id", '{"jsonrpc":"2.0","method":"m"}', unknown("")],
    ["another jsonrpc", '{"jsonrpc":"","id":1,"method":"m"}', unknown('"id":1,')],
    [
      "no params",
      '{"jsonrpc":"2.0","id":1,"method":"Group.join"}',
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Message parameters are invalid","data":"No parameters given"}}',
    ],
    [
      "a list around the one argument",
      `{"jsonrpc":"2.0","id":1,"method":"Group.join","params":["${nobody}"]}`,
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Message parameters are invalid","data":"invalid group, expected a UUID"}}',
    ],
  ])("%s", async (_, text, answer) => {
    const socket = await MpcSocket.connect(relay.url);
    socket.send(text);
    expect(await socket.next()).toBe(answer);
  });

  it.each([
    ["no JSON", "nonsense"],
    ["no object", "[]"],
    ["a batch", '[{"jsonrpc":"2.0","id":1,"method":"m"}]'],
    ["no jsonrpc", '{"id":1,"method":"m"}'],
    ["no method", '{"jsonrpc":"2.0","id":1}'],
    ["a name twice", '{"jsonrpc":"2.0","id":1,"id":2,"method":"m"}'],
    ["too deep nesting", `{"jsonrpc":"2.0","id":1,"method":"m","params":${"[".repeat(32)}${"]".repeat(32)}}`],
  ])("%s has no answer", async (_, text) => {
    const socket = await MpcSocket.connect(relay.url);
    socket.send(text);
    expect(await socket.rest()).toEqual([]);
  });

  it("binary frames have no answer", async () => {
    const socket = await MpcSocket.connect(relay.url);
    socket.webSocket.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"m"}'));
    expect(await socket.rest()).toEqual([]);
  });

  it("what works and has no id has no answer, and its events come nevertheless", async () => {
    const { group, session, b, c } = await signers();
    const params = JSON.stringify([group, session, "sign", message]);
    b.send(`{"jsonrpc":"2.0","method":"Session.message","params":${params}}`);
    b.send(`{"jsonrpc":"2.0","method":"Session.join","params":["${group}","${session}","sign"]}`);
    expect(await c.next()).toBe(event("sessionMessage", message));
    expect(await b.rest()).toEqual([]);
  });

  it("calls that do not wait for each other are answered in their order, before the events that they cause", async () => {
    const { group, members } = await team(relay.url, { size: 2 });
    const [a, b] = members as [MpcSocket, MpcSocket];
    const { uuid } = await a.result<{ uuid: string }>("Session.create", [group, "keygen"]);
    await b.next();
    await a.ask("Session.signup", [group, uuid, "keygen"]);
    const calls: [string, unknown][] = [
      ["Session.signup", [group, uuid, "keygen"]],
      ["Session.finish", [group, uuid, 7]],
      ["m", null],
      ["Session.finish", [group, uuid, 2]],
    ];
    for (const [i, [method, params]] of calls.entries()) {
      b.send(JSON.stringify({ jsonrpc: "2.0", id: i + 1, method, params }));
    }
    const texts = [];
    for (let i = 0; i < 5; i++) texts.push(JSON.parse(await b.next()));
    expect(texts.map(({ id }) => id).filter((id) => id !== 0)).toEqual([1, 2, 3, 4]);
    expect(texts.findIndex(({ id }) => id === 0)).toBeGreaterThan(0);
  });
});

describe.each(Object.entries(stores))("methods, in %s", (_store, start) => {
  beforeEach(async () => {
    relay = await start();
  });

  it("Group.create answers a UUID of version 4, Group.join the group, by any form of it", async () => {
    const [a, b] = [await MpcSocket.connect(relay.url), await MpcSocket.connect(relay.url)];
    const created = await a.ask("Group.create", ["l", { parties: 3, threshold: 1 }]);
    expect(created).toMatch(new RegExp(`^{"jsonrpc":"2.0","id":1,"result":"${UUID}"}$`));
    const group = JSON.parse(created).result as string;
    const joined = `{"jsonrpc":"2.0","id":1,"result":{"uuid":"${group}","params":{"parties":3,"threshold":1},"label":"l"}}`;
    const forms = [group, group.toUpperCase(), group.replaceAll("-", ""), `urn:uuid:${group}`, `{${group}}`];
    for (const form of forms) expect(await b.ask("Group.join", form)).toBe(joined);
  });

  it("Session.create answers the session and tells the others of one for keys, with two and with three arguments", async () => {
    const { group, members } = await team(relay.url, { size: 3 });
    const [a, b, c] = members as [MpcSocket, MpcSocket, MpcSocket];
    const created = await a.ask("Session.create", [group, "keygen"]);
    expect(created).toMatch(
      new RegExp(`^{"jsonrpc":"2.0","id":1,"result":{"uuid":"${UUID}","kind":"keygen","value":null}}$`),
    );
    const session = JSON.parse(created).result;
    for (const other of [b, c]) expect(await other.next()).toBe(event("sessionCreate", session));
    const sign = await a.ask("Session.create", [group, "sign", { x: 1 }]);
    expect(JSON.parse(sign).result).toMatchObject({ kind: "sign", value: { x: 1 } });
    for (const one of [a, b, c]) expect(await one.rest()).toEqual([]);
    for (const kind of ["keygen", "sign"]) {
      expect(await c.ask("Session.join", [group, session.uuid, kind])).toBe(created);
    }
  });

  it("Session.signup tells all parties when as many are there as are needed", async () => {
    const { a } = await signers();
    expect(await a.rest()).toEqual([]);
  });

  it("Session.load gives the number that is asked for, and tells all parties", async () => {
    const { group, members } = await team(relay.url, { size: 3 });
    const [a, b, c] = members as [MpcSocket, MpcSocket, MpcSocket];
    const { uuid } = await a.result<{ uuid: string }>("Session.create", [group, "sign"]);
    expect(await b.ask("Session.load", [group, uuid, "sign", 3])).toBe('{"jsonrpc":"2.0","id":1,"result":3}');
    expect(await c.ask("Session.load", [group, uuid, "sign", 1])).toBe('{"jsonrpc":"2.0","id":1,"result":1}');
    for (const party of [b, c]) expect(await party.next()).toBe(event("sessionLoad", uuid));
    expect(await a.rest()).toEqual([]);
  });

  it("Session.message goes to all other parties as it was written, with a receiver of null", async () => {
    const { group, session, a, b, c } = await signers();
    const body = '{"n":18446744073709551615,"f":1.0}';
    const sent = `{"body":${body},"more":1,"round":3,"uuid":"x","sender":1}`;
    b.send(`{"jsonrpc":"2.0","id":1,"method":"Session.message","params":["${group}","${session}","sign",${sent}]}`);
    expect(await b.next()).toBe(ack);
    expect(await c.next()).toBe(
      `{"jsonrpc":"2.0","id":0,"result":["sessionMessage",{"round":3,"sender":1,"receiver":null,"uuid":"x","body":${body}}]}`,
    );
    for (const one of [a, b]) expect(await one.rest()).toEqual([]);
  });

  it("Session.participant makes a party known by its index; a foreign sender is replaced", async () => {
    const { group, session, b, c } = await signers();
    const say = (more: object) => b.ask("Session.message", [group, session, "sign", { ...message, ...more }]);
    expect(await say({ receiver: 2 })).toBe(ack);
    expect(await c.next()).toBe(event("sessionMessage", { ...message, receiver: 2 }));
    expect(await b.ask("Session.participant", [group, session, 8, 1])).toBe(ack);
    expect(await c.ask("Session.participant", [group, session, 9, 2])).toBe(ack);
    expect(await say({ sender: 8, receiver: 9 })).toBe(ack);
    expect(await c.next()).toBe(event("sessionMessage", { ...message, sender: 8, receiver: 9 }));
    expect(await say({ sender: 2 })).toBe(ack);
    expect(await c.next()).toBe(event("sessionMessage", message));
  });

  it("Session.finish tells all parties the sorted numbers when all are done, and again", async () => {
    const { group, session, a, b, c } = await signers();
    expect(await c.ask("Session.finish", [group, session, 2])).toBe(ack);
    for (let i = 0; i < 2; i++) {
      expect(await b.ask("Session.finish", [group, session, 1])).toBe(ack);
      for (const party of [b, c]) expect(await party.next()).toBe(event("sessionClosed", [1, 2]));
    }
    expect(await a.rest()).toEqual([]);
  });

  it("Notify.proposal goes to all others in the group, whoever it comes from and whatever session it names", async () => {
    const { group, a, b, c } = await signers();
    const stranger = await MpcSocket.connect(relay.url);
    const proposal = { sessionId: nobody, proposalId: "p", message: "m" };
    expect(await a.ask("Notify.proposal", [group, nobody, "p", "m"])).toBe(ack);
    for (const other of [b, c]) expect(await other.next()).toBe(event("notifyProposal", proposal));
    expect(await a.rest()).toEqual([]);
    expect(await stranger.ask("Notify.proposal", [group, nobody, "p", "m"])).toBe(ack);
    for (const other of [a, b, c]) expect(await other.next()).toBe(event("notifyProposal", proposal));
    expect(await stranger.ask("Notify.proposal", [nobody, nobody, "p", "m"])).toBe(ack);
  });

  it("Notify.signed goes to those in the group that are no parties", async () => {
    const { group, session, a, b, c } = await signers();
    expect(await b.ask("Notify.signed", [group, session, { r: 1 }])).toBe(ack);
    expect(await a.next()).toBe(event("notifySigned", { r: 1 }));
    for (const party of [b, c]) expect(await party.rest()).toEqual([]);
  });
});
