import { describe, expect, it } from "vitest";
import { body, Client, secret, text } from "../client.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { company, event, pair, seat, signup } from "./company.ts";

const relays = relayForEachTest();
const said = { round: 1, sender: 1, receiver: null, uuid: "x", body: 1 };

describe("a session of both", () => {
  it("has one order of numbers, and who completes it lets all connections know", async () => {
    const made = await company(relays.relay.url, { size: 2, parties: 4 });
    const [a, b] = made.members as [MpcSocket, MpcSocket];
    const { client, group, session } = made;
    expect(await signup(made, a)).toBe(1);
    const opened = await client.call("Session.open", seat(made, 1, { parties: 4 }));
    expect(opened).toMatchObject({
      group,
      number: 2,
      seq: 2,
      members: [
        { number: 1, online: true },
        { number: 2, eid: secret(1), versions: "AQ", online: true },
      ],
      missing: [3, 4],
    });
    expect(await b.result("Session.load", [group, session, "keygen", 4])).toBe(4);
    const late = await Client.connect(relays.relay.url);
    expect(await late.call("Session.open", seat(made, 2, { parties: 4 }))).toMatchObject({ number: 3, missing: [] });
    for (const one of [a, b]) expect(await one.next()).toBe(event("sessionSignup", session));
    const joined = (await client.until((events) => events.filter(({ name }) => name === "memberJoined").length === 3))
      .filter(({ name }) => name === "memberJoined")
      .map(({ params: { number, eid } }) => [number, eid]);
    expect(joined).toEqual([
      [1, undefined],
      [4, undefined],
      [3, secret(2)],
    ]);
    await late.close();
  });

  it("is as large as the group says for its kind", async () => {
    const made = await company(relays.relay.url, { size: 1, parties: 3, threshold: 1, kind: "sign" });
    const fitting = seat(made, 1, { parties: 2 });
    for (const more of [{ parties: 3 }, { threshold: 1 }, { kind: "keygen" }] as const) {
      await expect(made.client.call("Session.open", { ...fitting, ...more })).rejects.toThrow(
        "relay.parameters-differ",
      );
    }
    const { session: _, ...unnamed } = fitting;
    await expect(made.client.call("Session.open", { ...unnamed, kind: "keygen" })).rejects.toThrow(
      "relay.parameters-differ",
    );
    expect(await made.client.call("Session.open", fitting)).toMatchObject({ number: 1, missing: [2] });
  });

  it("of a kind that connections do not know is none for them", async () => {
    const made = await company(relays.relay.url, { size: 1 });
    const [mpc] = made.members as [MpcSocket];
    const params = { ...seat(made, 1, { parties: 2 }), kind: "exchange" } as const;
    const { session: _, ...unnamed } = params;
    const { session } = await made.client.call("Session.open", unnamed);
    expect(JSON.parse(await mpc.ask("Session.signup", [made.group, session, "keygen"]))).toMatchObject({
      error: { message: `group ${session} does not exist` },
    });
  });

  it("that a client of countersign.v1 makes is announced to connections, who can sign up", async () => {
    const made = await company(relays.relay.url, { size: 1 });
    const [mpc] = made.members as [MpcSocket];
    const { session: _, ...unnamed } = seat(made, 1, { parties: 2 });
    await signup(made, mpc);
    // The session that is there has room: it is that one.
    expect(await made.client.call("Session.open", unnamed)).toMatchObject({ session: made.session, number: 2 });
    await mpc.next();
    const other = await Client.connect(relays.relay.url);
    const another = { ...unnamed, eid: secret(7), token: secret(8) };
    const { session } = await other.call("Session.open", another);
    expect(session).not.toBe(made.session);
    expect(await mpc.next()).toBe(event("sessionCreate", { uuid: session, kind: "keygen", value: null }));
    expect(await mpc.result("Session.signup", [made.group, session, "keygen"])).toBe(2);
    expect(await mpc.next()).toBe(event("sessionSignup", session));
  });
});

describe("a connection that goes", () => {
  it("before all are there gives its place back: the others hear it, and it is taken again", async () => {
    const made = await company(relays.relay.url, { size: 2, parties: 3 });
    const [a, b] = made.members as [MpcSocket, MpcSocket];
    const { client, session } = made;
    await signup(made, a);
    await client.call("Session.open", seat(made, 1, { parties: 3 }));
    await a.close();
    const left = await client.event("memberLeft");
    expect(left).toEqual({ session, seq: 3, previous: 1, number: 1 });
    expect(await signup(made, b)).toBe(1);
    await client.until((events) => events.filter(({ name }) => name === "memberJoined").length === 2);
    const resumed = await client.call("Session.resume", { session, token: secret(101), after: 0 });
    expect(resumed).toMatchObject({ missing: [3], members: [{ number: 1, online: true }, { number: 2 }] });
    const other = await Client.connect(relays.relay.url);
    expect(await other.call("Session.open", seat(made, 2, { parties: 3 }))).toMatchObject({ number: 3 });
    expect(await b.next()).toBe(event("sessionSignup", session));
    await other.close();
  });

  it("afterwards keeps its place, and the others see that it is offline", async () => {
    const { mpc, client, session } = await pair(relays.relay.url);
    await mpc.close();
    expect(await client.event("memberOffline")).toEqual({ session, number: 1 });
    const resumed = await client.call("Session.resume", { session, token: secret(101), after: 0 });
    expect(resumed.members[0]).toEqual({ number: 1, online: false });
    await client.call("Session.message", { session, cseq: 1, envelopes: [{ to: 1, body: body("lost") }] });
  });
});

it("a member of countersign.v1 that comes back with its token gets everything of connections without a gap", async () => {
  const { group, session, mpc, client } = await pair(relays.relay.url);
  const send = (n: number) => mpc.ask("Session.message", [group, session, "keygen", { ...said, body: n }]);
  for (let n = 1; n <= 3; n++) await send(n);
  await client.until(() => client.bodies().length === 3);
  const last = client.events.at(-1)?.params as { seq: number };
  await client.cut();
  for (let n = 4; n <= 20; n++) await send(n);

  const again = await Client.connect(relays.relay.url);
  await again.call("Session.resume", { session, token: secret(101), after: last.seq });
  for (let n = 21; n <= 25; n++) await send(n);
  await again.until(() => again.bodies().length === 22);
  expect(again.bodies().map((one) => JSON.parse(text(one)).body)).toEqual(Array.from({ length: 22 }, (_, i) => i + 4));
  const chain = again.events.filter(({ name }) => name === "message").map(({ params }) => params);
  expect(chain.map(({ previous }) => previous)).toEqual([last.seq, ...chain.slice(0, -1).map(({ seq }) => seq)]);
  // It was there all the time for the one that sends.
  await again.call("Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: body("back") }] });
  const message = { round: 0, sender: 2, receiver: null, uuid: session, body: body("back") };
  expect(await mpc.next()).toBe(event("sessionMessage", message));
  await again.close();
});

it("who has a number keeps it: one that is taken is refused, whoever asks", async () => {
  const made = await company(relays.relay.url, { size: 1, parties: 3 });
  const [mpc] = made.members as [MpcSocket];
  await made.client.call("Session.open", seat(made, 1, { parties: 3 }));
  expect(JSON.parse(await mpc.ask("Session.load", [made.group, made.session, "keygen", 1])).error.message).toBe(
    `party number already exists for session ${made.session}`,
  );
  for (const [method, ...rest] of [
    ["Session.finish", 1],
    ["Session.participant", 5, 1],
  ] as const) {
    const answer = await mpc.ask(method, [made.group, made.session, ...rest]);
    expect(JSON.parse(answer).error.message).toBe("party 1 is not valid in this context");
  }
  expect(JSON.parse(await mpc.ask("Session.message", [made.group, made.session, "keygen", said])).error.message).toBe(
    "party 1 is not valid in this context",
  );
  expect(await MpcSocket.connect(relays.relay.url).then((stranger) => stranger.rest())).toEqual([]);
});
