import { describe, expect, it } from "vitest";
import { secret, uuid } from "../client.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { createSession, credentials, groupOfThree } from "./group-of-three.ts";

const site = relayForEachTest();
const { connect } = site;

describe("a group", () => {
  it("is joined by its id, as often as anybody likes, and says what is in it", async () => {
    const { group, clients } = await groupOfThree(connect, 2);
    const [a, b] = clients;
    const about = { group, label: "treasury", parties: 3, threshold: 2 };
    expect(await b.call("Group.join", { group })).toEqual({ ...about, sessions: [] });
    const { session } = await createSession(a, group);
    const { session: other } = await createSession(a, group, "sign");
    await a.call("Session.signup", { group, session, ...credentials(1) });
    expect(await b.call("Group.join", { group })).toEqual({
      ...about,
      sessions: [
        { session, kind: "keygen", parties: 3, threshold: 2, joined: 1, online: 1 },
        { session: other, kind: "sign", parties: 2, threshold: 2, joined: 0, online: 0 },
      ],
    });
    await a.call("Session.abort", { session, reason: "x" });
    expect(await b.call("Group.join", { group })).toMatchObject({ sessions: [{ session: other }] });
  });

  it("is made by whoever joins it first and says how large it is, with an id that they agree upon", async () => {
    const [a, b] = await Promise.all([connect(), connect()]);
    const group = uuid(77);
    await expect(a.call("Group.join", { group })).rejects.toThrow("relay.unknown-group");
    const size = { group, parties: 255, threshold: 2 };
    const both = await Promise.all([a, b].map((client) => client.call("Group.join", size)));
    expect(both).toEqual(Array(2).fill({ ...size, label: "", sessions: [] }));
    expect(await a.call("Group.join", { group, parties: 3, threshold: 3 })).toMatchObject(size);
    await a.call("Notify.proposal", { group, session: uuid(78), proposal: "x", message: 1 });
    expect(await b.event("proposal")).toMatchObject({ group, session: uuid(78), proposal: "x", message: 1 });
  });

  it("is made round sessions of signers, and says who of them is there", async () => {
    const [a, b, c] = await Promise.all([connect(), connect(), connect()]);
    const place = { group: uuid(77), session: uuid(78), kind: "sign", parties: 2, threshold: 2 } as const;
    await a.call("Session.open", { ...place, ...credentials(1), number: 3 });
    const size = { group: place.group, parties: 255, threshold: 2 };
    const { kind, parties, threshold, session } = place;
    const about = { session, kind, parties, threshold };
    expect(await b.call("Group.join", size)).toMatchObject({ sessions: [{ ...about, joined: 1, online: 1 }] });
    await a.close();
    const online = () => b.call("Group.join", size).then(({ sessions }) => sessions[0]?.online);
    await expect.poll(online, { interval: 1 }).toBe(0);
    await b.call("Session.open", { ...place, ...credentials(2), number: 200 });
    await b.call("Notify.signed", { group: place.group, session, value: "done" });
    expect(await b.event("signed")).toMatchObject({ value: "done" });
    await expect(c.call("Session.open", { ...place, ...credentials(4), number: 1 })).rejects.toThrow("session-full");
  });

  it("is not made round a session in which keys are made", async () => {
    const [a, b] = await Promise.all([connect(), connect()]);
    const place = { group: uuid(77), session: uuid(78), kind: "keygen", parties: 3, threshold: 2 } as const;
    await a.call("Session.open", { ...place, ...credentials(1) });
    const joined = b.call("Group.join", { group: place.group, parties: 3, threshold: 2 });
    await expect(joined).rejects.toThrow("relay.unknown-group");
  });

  it("takes as many connections as it has parties; who is in it may ask again", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [, , c] = clients;
    const d = await connect();
    const other = await groupOfThree(connect, 2);
    // Twice at once for the last place: the second one finds itself in.
    const twice = [1, 2].map(() => d.call("Group.join", { group: other.group }));
    expect(await Promise.all(twice)).toMatchObject([{ label: "treasury" }, { label: "treasury" }]);
    await expect(d.call("Group.join", { group })).rejects.toThrow("relay.group-full");
    expect(await c.call("Group.join", { group })).toMatchObject({ group });
    await c.close();
    await expect.poll(() => d.call("Group.join", { group }).then(() => "in", String), { interval: 1 }).toBe("in");
  });

  it("is gone with its last connection, if nobody can come back to one of its sessions", async () => {
    const { group, clients } = await groupOfThree(connect);
    await createSession(clients[0], group);
    for (const client of clients) await client.close();
    const late = await connect();
    const join = () => late.call("Group.join", { group }).then(() => "in", String);
    await expect.poll(join, { interval: 1 }).toContain("relay.unknown-group");
  });

  it("stays as long as somebody can come back to one of its sessions", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a] = clients;
    const { session } = await createSession(a, group);
    await a.call("Session.signup", { group, session, ...credentials(1) });
    for (const client of clients) await client.close();
    const again = await connect();
    expect(await again.call("Session.resume", { session, token: secret(101), after: 0 })).toMatchObject({ number: 1 });
    expect(await again.call("Group.join", { group })).toMatchObject({ sessions: [{ session, joined: 1 }] });
  });

  it("is none that was made by opening a session", async () => {
    const [a, b] = [await connect(), await connect()];
    const place = { group: uuid(1), session: uuid(2), kind: "exchange" as const, parties: 2, threshold: 2 };
    await a.call("Session.open", { ...place, ...credentials(1) });
    await expect(b.call("Group.join", { group: uuid(1) })).rejects.toThrow("relay.unknown-group");
    await expect(b.call("Group.join", { group: uuid(9) })).rejects.toThrow("relay.unknown-group");
  });

  it("refuses what cannot be", async () => {
    const client = await connect();
    const create = (more: object) =>
      client.call("Group.create", { label: "x", parties: 3, threshold: 2, ...more }).then(() => "made", String);
    expect(await create({ threshold: 1 })).toContain("-32602");
    expect(await create({ threshold: 4 })).toContain("-32602");
    expect(await create({ parties: 256 })).toContain("-32602");
    expect(await create({ label: "é".repeat(33) })).toContain("-32602");
    expect(await create({ label: "é".repeat(32), parties: 255, threshold: 255 })).toBe("made");
  });
});
