import { createMemoryStore } from "@countersign/relay";
import { describe, expect, it } from "vitest";
import { body, secret, text, uuid } from "../client.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { createSession, credentials, groupOfThree } from "./group-of-three.ts";

const site = relayForEachTest();
const { connect } = site;

describe("a session of a group", () => {
  it("is announced to the others with its value if keys are made in it", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b, c] = clients;
    const value = { curve: "secp256k1", "": [null, 1.5, "ß"] };
    const created = await a.call("Session.create", { group, kind: "keygen", value });
    const { session } = created;
    const about = { group, session, kind: "keygen", parties: 3, threshold: 2, value };
    expect(created).toEqual({ ...about, seq: 0, members: [], missing: [1, 2, 3] });
    for (const other of [b, c])
      expect(await other.event("sessionCreated")).toEqual({ group, session, kind: "keygen", value });
    expect(await b.call("Session.join", { group, session })).toEqual(created);

    const sign = await createSession(a, group, "sign");
    expect(sign).toMatchObject({ kind: "sign", parties: 2, threshold: 2, value: null, missing: [1, 2] });
    await createSession(a, group, "exchange");
    await b.call("Group.join", { group });
    expect(b.events.filter(({ name }) => name === "sessionCreated")).toHaveLength(1);
    await a.call("Group.join", { group });
    expect(a.events).toEqual([]);
  });

  it("has members who sign up, and says who is missing", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b, c] = clients;
    const { session } = await createSession(a, group);
    const first = { number: 1, eid: secret(1), versions: "AQ", online: true };
    expect(await a.call("Session.signup", { group, session, ...credentials(1) })).toEqual({
      group,
      session,
      number: 1,
      seq: 1,
      members: [first],
      missing: [2, 3],
    });
    expect(await b.call("Session.signup", { group, session, ...credentials(2) })).toMatchObject({ missing: [3] });
    expect(await c.call("Session.join", { group, session })).toMatchObject({
      members: [first, { ...first, number: 2, eid: secret(2) }],
      missing: [3],
    });
    expect(await c.call("Session.signup", { group, session, ...credentials(3) })).toMatchObject({ missing: [] });
    expect(await a.event("memberJoined")).toMatchObject({ number: 2, eid: secret(2) });
    await c.until((events) => events.filter(({ name }) => name === "memberJoined").length === 2);

    const envelopes = [{ to: 0, body: body("round 1") }];
    await a.call("Session.message", { session, cseq: 1, envelopes });
    for (const other of [b, c]) {
      await other.event("message");
      expect(other.bodies().map(text)).toEqual(["round 1"]);
    }
  });

  it("gives the same place to who signs up again, and none to who is not expected", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b, c] = clients;
    const { session } = await createSession(a, group, "sign");
    const signup = (client: typeof a, n: number, more: object = {}) =>
      client.call("Session.signup", { group, session, ...credentials(n), ...more });
    expect(await signup(a, 1)).toMatchObject({ number: 1 });
    expect(await signup(a, 1)).toMatchObject({ number: 1, missing: [2] });
    await expect(signup(c, 1, { token: secret(9) })).rejects.toThrow("relay.eid-taken");
    await signup(b, 2);
    await expect(signup(c, 3)).rejects.toThrow("relay.session-full");
    await a.call("Session.abort", { session, reason: "changed-my-mind" });
    await expect(signup(c, 3)).rejects.toMatchObject({ code: "relay.session-ended", data: { ended: "aborted" } });
    await expect(signup(c, 3, { session: uuid(7) })).rejects.toThrow("relay.unknown-session");
  });

  it("gives everybody the number that they had, as far as it is free and of the group", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b, c] = clients;
    const { session } = await createSession(a, group, "sign");
    const load = (client: typeof a, n: number, number: number) =>
      client.call("Session.load", { group, session, ...credentials(n), number });
    expect(await load(c, 3, 3)).toMatchObject({ number: 3, members: [{ number: 3 }] });
    await expect(load(b, 2, 3)).rejects.toThrow("relay.number-taken");
    await expect(load(b, 2, 4)).rejects.toMatchObject({ code: "-32602", data: { path: "number" } });
    await expect(load(b, 2, 256)).rejects.toThrow("-32602");
    expect(await load(b, 2, 2)).toMatchObject({ number: 2, members: [{ number: 2 }, { number: 3 }], missing: [] });
    await c.call("Session.message", { session, cseq: 1, envelopes: [{ to: 2, body: body("share") }] });
    expect(await b.event("message")).toMatchObject({ from: 3 });
  });

  it("can be opened by who knows its ids and has joined no group", async () => {
    const { group, clients } = await groupOfThree(connect);
    const { session } = await createSession(clients[0], group, "sign");
    const stranger = await connect();
    const open = (parties: number, threshold: number) =>
      stranger.call("Session.open", { group, session, kind: "sign", parties, threshold, ...credentials(1) });
    await expect(open(3, 2)).rejects.toThrow("relay.parameters-differ");
    await expect(open(2, 1)).rejects.toThrow("relay.parameters-differ");
    expect(await open(2, 2)).toMatchObject({ number: 1, missing: [2] });
  });

  it("is remembered by a relay that starts again, which knows no connections", async () => {
    const store = { ...createMemoryStore(), close: () => Promise.resolve() };
    await site.replace({ store });
    const { group, clients } = await groupOfThree(connect);
    const [a, b] = clients;
    const { session } = await a.call("Session.create", { group, kind: "keygen", value: "for May" });
    await a.call("Session.signup", { group, session, ...credentials(1) });
    await b.call("Session.signup", { group, session, ...credentials(2) });
    await site.replace({ store });
    const again = await connect();
    await expect(again.call("Session.join", { group, session })).rejects.toThrow("relay.not-in-group");
    expect(await again.call("Group.join", { group })).toMatchObject({ label: "treasury", sessions: [{ joined: 2 }] });
    expect(await again.call("Session.join", { group, session })).toMatchObject({
      value: "for May",
      members: [{ online: false }, { online: false }],
      missing: [3],
    });
    expect(await again.call("Session.resume", { session, token: secret(102), after: 1 })).toMatchObject({ number: 2 });
  });
});
