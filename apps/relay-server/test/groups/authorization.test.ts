import type { MethodName, MethodParams } from "@countersign/rpc";
import { describe, expect, it } from "vitest";
import { type Client, secret, uuid } from "../client.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { createSession, credentials, groupOfThree } from "./group-of-three.ts";

const { connect } = relayForEachTest();

type Call = { readonly [Name in MethodName]: readonly [Name, MethodParams<Name>] }[MethodName];

/** All that asks for a group to be joined. */
const inGroup = (group: string, session: string): readonly Call[] => [
  ["Session.create", { group, kind: "keygen" }],
  ["Session.join", { group, session }],
  ["Session.signup", { group, session, ...credentials(7) }],
  ["Session.load", { group, session, ...credentials(7), number: 3 }],
  ["Notify.proposal", { group, session, proposal: "p", message: 1 }],
  ["Notify.signed", { group, session, value: 1 }],
];

/** All that asks for a place in a session. */
const inSession = (session: string): readonly Call[] => [
  ["Session.participant", { session, index: 0 }],
  ["Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: "" }] }],
  ["Session.ack", { session, seq: 1 }],
  ["Session.finish", { session }],
  ["Session.abort", { session, reason: "x" }],
];

const codeOf = (client: Client, [method, params]: Call) =>
  client.call(method, params as never).then(
    () => "done",
    (error: { code: string }) => error.code,
  );

async function scene() {
  const { group, clients } = await groupOfThree(connect, 2);
  const [a, b] = clients;
  const { session } = await createSession(a, group);
  await a.call("Session.signup", { group, session, ...credentials(1) });
  await b.event("sessionCreated");
  return { group, session, a, b };
}

describe("a stranger to a group", () => {
  it("can do nothing in it, changes nothing, and hears nothing", async () => {
    const { group, session, a, b } = await scene();
    const before = await a.call("Session.join", { group, session });
    const stranger = await connect();
    for (const call of inGroup(group, session))
      expect([call[0], await codeOf(stranger, call)]).toEqual([call[0], "relay.not-in-group"]);
    for (const call of inSession(session))
      expect([call[0], await codeOf(stranger, call)]).toEqual([call[0], "relay.not-a-member"]);
    for (const call of inGroup(uuid(9), session)) expect(await codeOf(stranger, call)).toBe("relay.unknown-group");
    for (const call of inSession(uuid(9))) expect(await codeOf(stranger, call)).toBe("relay.unknown-session");
    await a.call("Notify.proposal", { group, session, proposal: "p", message: 1 });
    await b.event("proposal");
    await stranger.call("Relay.info", {});
    expect(stranger.events).toEqual([]);
    expect(await a.call("Session.join", { group, session })).toEqual(before);
    expect(b.events.map(({ name }) => name)).toEqual(["sessionCreated", "proposal"]);
  });

  it("does not become a member of its sessions by being in another group", async () => {
    const { session } = await scene();
    const other = await groupOfThree(connect);
    const [stranger] = other.clients;
    for (const call of inGroup(other.group, session)) {
      const made = call[0] === "Session.create" || call[0] === "Notify.proposal";
      expect([call[0], await codeOf(stranger, call)]).toEqual([call[0], made ? "done" : "relay.unknown-session"]);
    }
  });
});

it("who is in the group is no member of its sessions", async () => {
  const { session, b } = await scene();
  for (const call of inSession(session))
    expect([call[0], await codeOf(b, call)]).toEqual([call[0], "relay.not-a-member"]);
  await expect(b.call("Session.resume", { session, token: secret(9), after: 0 })).rejects.toThrow(
    "relay.unknown-token",
  );
  expect(b.events.map(({ name }) => name)).toEqual(["sessionCreated"]);
});

it("who was in the group is a stranger on the next connection, and keeps its place in a session", async () => {
  const { group, session, a } = await scene();
  await a.cut();
  const again = await connect();
  for (const call of inGroup(group, session)) expect(await codeOf(again, call)).toBe("relay.not-in-group");
  await again.call("Session.resume", { session, token: secret(101), after: 0 });
  expect(await codeOf(again, ["Session.participant", { session, index: 4 }])).toBe("done");
  expect(await codeOf(again, ["Session.join", { group, session }])).toBe("relay.not-in-group");
});
