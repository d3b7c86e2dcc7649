import { describe, expect, it } from "vitest";
import { body, text } from "../client.ts";
import type { MpcSocket } from "../mpc/mpc-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { company, event, pair, seat, signup } from "./company.ts";

const relays = relayForEachTest();
const said = { round: 1, sender: 1, receiver: null, uuid: "x", body: { n: 1 } };

describe("a message of mpc-websocket", () => {
  it("comes to a member of countersign.v1 as one body: the text of the object that connections get", async () => {
    const { group, session, mpc, client } = await pair(relays.relay.url);
    const raw = '{"round":3,"sender":9,"uuid":"x","body":{"n":18446744073709551615,"f":1.0}}';
    mpc.send(`{"jsonrpc":"2.0","id":1,"method":"Session.message","params":["${group}","${session}","keygen",${raw}]}`);
    expect(await mpc.next()).toBe('{"jsonrpc":"2.0","id":1}');
    const { seq, from, bodies } = await client.event("message");
    expect({ seq, from }).toEqual({ seq: 3, from: 1 });
    expect((bodies as string[]).map(text)).toEqual([
      '{"round":3,"sender":1,"receiver":null,"uuid":"x","body":{"n":18446744073709551615,"f":1.0}}',
    ]);
  });

  it("that is for one comes to nobody else", async () => {
    const made = await company(relays.relay.url, { size: 2 });
    const [a, b] = made.members as [MpcSocket, MpcSocket];
    for (const one of [a, b]) await signup(made, one);
    await made.client.call("Session.open", seat(made, 1, { parties: 3 }));
    for (const one of [a, b]) expect(await one.next()).toBe(event("sessionSignup", made.session));
    const send = (receiver: number) =>
      a.ask("Session.message", [made.group, made.session, "keygen", { ...said, receiver }]);
    await send(3);
    await send(2);
    await send(3);
    expect(await b.next()).toBe(event("sessionMessage", { ...said, receiver: 2 }));
    await made.client.until(() => made.client.bodies().length === 2);
    expect(made.client.bodies().map((one) => JSON.parse(text(one)).receiver)).toEqual([3, 3]);
    for (const one of [a, b]) expect(await one.rest()).toEqual([]);
  });

  it("is refused if it is too large for the others, and passed on at the limit", async () => {
    const { group, session, mpc, client } = await pair(relays.relay.url);
    const overhead = JSON.stringify({ ...said, body: "" }).length;
    const send = (size: number) =>
      mpc.ask("Session.message", [group, session, "keygen", { ...said, body: "x".repeat(size - overhead) }]);
    expect(JSON.parse(await send(48_769))).toMatchObject({
      error: { code: -32603, message: "message must not be longer than 48768 bytes in this session" },
    });
    expect(await send(48_768)).toBe('{"jsonrpc":"2.0","id":1}');
    await client.event("message");
    expect(client.bodies().map((one) => text(one).length)).toEqual([48_768]);
    expect(Math.max(...client.texts.map((one) => one.length))).toBeLessThan(65_536);
  });
});

describe("a body of countersign.v1", () => {
  it("that is the text of a message comes to connections as that message, from the member and to whom it was sent", async () => {
    const { session, mpc, client } = await pair(relays.relay.url);
    const own = { round: 2, sender: 7, receiver: 7, uuid: session, body: [1] };
    const send = (cseq: number, to: number, content: unknown) =>
      client.call("Session.message", { session, cseq, envelopes: [{ to, body: body(JSON.stringify(content)) }] });
    await send(1, 0, own);
    expect(await mpc.next()).toBe(event("sessionMessage", { ...own, sender: 2, receiver: null }));
    await send(2, 1, own);
    expect(await mpc.next()).toBe(event("sessionMessage", { ...own, sender: 2, receiver: 1 }));
  });

  it.each([
    ["bytes", Buffer.from([0, 255, 128]).toString("base64url")],
    ["nothing", ""],
    ["other JSON", body("[1]")],
    ["an object with a name less", body('{"round":1,"sender":1,"receiver":null,"uuid":"x"}')],
    ["an object with a name more", body('{"round":1,"sender":1,"receiver":null,"uuid":"x","body":1,"more":1}')],
    ["an object with a name twice", body('{"round":1,"sender":1,"receiver":null,"uuid":"x","body":1,"body":2}')],
    ["an object with a number that is none", body('{"round":-1,"sender":1,"receiver":null,"uuid":"x","body":1}')],
    ["an object that goes on", body(`${JSON.stringify(said)} `)],
    [
      "an object that nests too deep",
      body(JSON.stringify(said).replace('{"n":1}', `${"[".repeat(40)}${"]".repeat(40)}`)),
    ],
  ])("of %s comes to connections as it is", async (_, opaque) => {
    const { session, mpc, client } = await pair(relays.relay.url);
    const envelopes = [
      { to: 0, body: opaque },
      { to: 1, body: opaque },
    ];
    await client.call("Session.message", { session, cseq: 1, envelopes });
    for (const receiver of [null, 1]) {
      const message = { round: 0, sender: 2, receiver, uuid: session, body: opaque };
      expect(await mpc.next()).toBe(event("sessionMessage", message));
    }
  });

  it("that is for another member or for a number that nobody has comes to no connection", async () => {
    const made = await company(relays.relay.url, { size: 2, parties: 4 });
    const [a, b] = made.members as [MpcSocket, MpcSocket];
    for (const one of [a, b]) await signup(made, one);
    await made.client.call("Session.open", seat(made, 1, { parties: 4 }));
    const envelopes = [
      { to: 2, body: body("for b") },
      { to: 4, body: body("for nobody yet") },
    ];
    await made.client.call("Session.message", { session: made.session, cseq: 1, envelopes });
    const message = { round: 0, sender: 3, receiver: 2, uuid: made.session, body: body("for b") };
    expect(await b.rest()).toEqual([event("sessionMessage", message)]);
    expect(await a.rest()).toEqual([]);
  });

  it("as large as one can be comes to connections", async () => {
    const { session, mpc, client } = await pair(relays.relay.url);
    const opaque = Buffer.alloc(48_700, 1).toString("base64url");
    await client.call("Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: opaque }] });
    const { result } = JSON.parse(await mpc.next());
    expect(result).toEqual(["sessionMessage", { round: 0, sender: 2, receiver: null, uuid: session, body: opaque }]);
  });
});

it("who signs goes by an index where a connection asks for one, and by numbers elsewhere", async () => {
  const made = await company(relays.relay.url, { size: 1, parties: 3, kind: "sign" });
  const { group, session, client } = made;
  const [mpc] = made.members as [MpcSocket];
  await signup(made, mpc);
  const opened = await client.call("Session.open", seat(made, 1, { parties: 2 }));
  expect(opened).toMatchObject({ number: 2, missing: [] });
  expect(await mpc.next()).toBe(event("sessionSignup", session));
  await mpc.ask("Session.participant", [group, session, 8, 1]);
  const send = (more: object) => mpc.ask("Session.message", [group, session, "sign", { ...said, ...more }]);
  expect(JSON.parse(await send({ receiver: 2 })).error.message).toBe(
    "receiver 2 for peer to peer message does not exist",
  );
  await client.call("Session.participant", { session, index: 9 });
  expect(await send({ sender: 8, receiver: 9 })).toBe('{"jsonrpc":"2.0","id":1}');
  await client.event("message");
  expect(client.bodies().map((one) => JSON.parse(text(one)))).toEqual([{ ...said, sender: 8, receiver: 9 }]);

  // A member that names itself and the other by their indices is heard so; with other names they have their numbers.
  for (const [cseq, names] of [
    { sender: 9, receiver: 8 },
    { sender: 4, receiver: 4 },
  ].entries()) {
    const content = body(JSON.stringify({ ...said, ...names }));
    await client.call("Session.message", { session, cseq: cseq + 1, envelopes: [{ to: 1, body: content }] });
    const heard = cseq === 0 ? names : { sender: 2, receiver: 1 };
    expect(await mpc.next()).toBe(event("sessionMessage", { ...said, ...heard }));
  }
});
