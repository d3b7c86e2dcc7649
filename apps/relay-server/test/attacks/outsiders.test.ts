import { describe, expect, it } from "vitest";
import { CallError, type Client, member, secret, uuid } from "../client.ts";
import { MpcSocket, team } from "../mpc/mpc-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

const site = relayForEachTest();

/** Every call that says something in the session of members 1 and 2, with the code of its refusal. */
const attempts: readonly (readonly [name: string, code: string, run: (client: Client) => Promise<unknown>])[] = [
  [
    "message",
    "relay.not-a-member",
    (client) => client.call("Session.message", { session: uuid(2), cseq: 1, envelopes: [{ to: 0, body: "AAAA" }] }),
  ],
  ["ack", "relay.not-a-member", (client) => client.call("Session.ack", { session: uuid(2), seq: 1 })],
  ["finish", "relay.not-a-member", (client) => client.call("Session.finish", { session: uuid(2) })],
  ["abort", "relay.not-a-member", (client) => client.call("Session.abort", { session: uuid(2), reason: "x" })],
  [
    "resume with another session's token",
    "relay.unknown-token",
    (client) => client.call("Session.resume", { session: uuid(2), token: secret(103), after: 0 }),
  ],
  [
    "resume with a member's eid for a token",
    "relay.unknown-token",
    (client) => client.call("Session.resume", { session: uuid(2), token: secret(1), after: 0 }),
  ],
  [
    "open with a member's eid",
    "relay.eid-taken",
    (client) => client.call("Session.open", member(1, { token: secret(109) })),
  ],
  ["open a place more", "relay.session-full", (client) => client.call("Session.open", member(9))],
];

describe("who is no member of a full session can do nothing there", () => {
  it.each(attempts)("%s", async (_, code, run) => {
    const former = await site.connect();
    await former.call("Session.open", member(1));
    const second = await site.connect();
    await second.call("Session.open", member(2));
    const first = await site.connect();
    await first.call("Session.resume", { session: uuid(2), token: secret(101), after: 0 });
    const beside = await site.connect();
    await beside.call("Session.open", member(3, { session: uuid(3) }));
    const stranger = await site.connect();
    await first.call("Session.message", { session: uuid(2), cseq: 1, envelopes: [{ to: 2, body: "AAAA" }] });
    await second.until((events) => events.some(({ name }) => name === "message"));
    const heard = second.events.length;

    for (const outsider of [former, beside, stranger]) {
      const refusal = await run(outsider).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(CallError);
      expect(refusal).toMatchObject({ code });
    }
    // Nothing has reached the members, and the next message is the next event.
    const { seq } = await first.call("Session.message", {
      session: uuid(2),
      cseq: 2,
      envelopes: [{ to: 2, body: "AAAB" }],
    });
    await second.until((events) => events.length > heard);
    expect(second.events.slice(heard).map(({ params }) => params["seq"])).toEqual([seq]);
    expect(seq).toBe(4);
  });
});

it("in a group of mpc-websocket nobody speaks for a party, or as one without being one", async () => {
  const { group, members } = await team(site.relay.url, { size: 3 });
  const [first, second, third] = members as [MpcSocket, MpcSocket, MpcSocket];
  const { uuid: session } = await first.result<{ uuid: string }>("Session.create", [group, "sign", null]);
  for (const party of [first, second]) await party.ask("Session.signup", [group, session, "sign"]);
  for (const one of members) await one.rest();
  const stranger = await MpcSocket.connect(site.relay.url);
  const message = { round: 1, sender: 1, receiver: null, uuid: session, body: "x" };

  for (const outsider of [third, stranger]) {
    for (const [method, params] of [
      ["Session.message", [group, session, "sign", message]],
      ["Session.finish", [group, session, 1]],
      ["Session.participant", [group, session, 1, 1]],
    ] as const) {
      expect(await outsider.ask(method, params)).toContain('"error":{"code":-32603');
    }
  }
  expect(await second.ask("Session.finish", [group, session, 1])).toContain("party 1 is not valid in this context");
  expect(await first.rest()).toEqual([]);
  expect(await second.rest()).toEqual([]);

  // Who says that it is another party is heard as itself.
  await second.ask("Session.message", [group, session, "sign", { ...message, sender: 1 }]);
  expect(await first.next()).toContain('"sender":2');
  for (const one of [...members, stranger]) await one.close();
});
