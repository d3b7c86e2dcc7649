import { createMemoryStore } from "@countersign/relay";
import { describe, expect, it } from "vitest";
import { body, secret, text, uuid } from "../client.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
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

describe("what is proposed and signed", () => {
  it("is told to the others in the group, in order and as it was written", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b, c] = clients;
    const message = { hash: "00ff", outputs: [{ to: "bc1q", amount: 1 }] };
    for (const proposal of ["first", "second"]) {
      expect(await a.call("Notify.proposal", { group, session: uuid(5), proposal, message })).toEqual({});
    }
    for (const other of [b, c]) {
      await other.until((events) => events.length === 2);
      const about = { group, session: uuid(5), message };
      expect(other.events.map(({ name, params }) => [name, params])).toEqual([
        ["proposal", { ...about, proposal: "first" }],
        ["proposal", { ...about, proposal: "second" }],
      ]);
    }
    expect(a.events).toEqual([]);
  });

  it("comes as it was written from a client of mpc-websocket, and is its session's value as well", async () => {
    const { group, clients } = await groupOfThree(connect, 2);
    const [a] = clients;
    const mpc = await MpcSocket.connect(site.relay.url);
    await mpc.result("Group.join", group);
    const value = '{ "n" : 18446744073709551615, "deep": [[[1e2]]] }';
    const call = (method: string, params: string) =>
      mpc.send(`{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`);
    call("Session.create", `["${group}","keygen",${value}]`);
    const session = JSON.parse(await mpc.next()).result.uuid;
    call("Notify.proposal", `["${group}","${session}","p",${value}]`);
    call("Notify.signed", `["${group}","${session}",${value}]`);
    await a.event("signed");
    await a.call("Session.join", { group, session });
    const written = a.texts.filter((one) => one.includes(value)).map((one) => JSON.parse(one).method ?? "answer");
    expect(written).toEqual(["sessionCreated", "proposal", "signed", "answer"]);
    await mpc.close();
  });

  it("is told of a session that there is", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b] = clients;
    const { session } = await createSession(a, group, "sign");
    expect(await a.call("Notify.signed", { group, session, value: { signature: "00" } })).toEqual({});
    expect(await b.event("signed")).toEqual({ group, session, value: { signature: "00" } });
    await expect(a.call("Notify.signed", { group, session: uuid(9), value: 1 })).rejects.toThrow(
      "relay.unknown-session",
    );
  });

  it("fits up to the limit, and one byte more does not", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b] = clients;
    const most = "a".repeat(48 * 1024 - 2);
    const { session } = await a.call("Session.create", { group, kind: "keygen", value: most });
    expect((await b.event("sessionCreated"))["value"]).toBe(most);
    await a.call("Notify.signed", { group, session, value: most });
    await a.call("Notify.proposal", { group, session, proposal: "p".repeat(256), message: most });
    expect((await b.event("proposal"))["message"]).toBe(most);
    expect((await b.event("signed"))["value"]).toBe(most);
    expect(Math.max(...b.texts.map((one) => Buffer.byteLength(one)))).toBeLessThanOrEqual(64 * 1024);
    const more = `${most}a`;
    for (const call of [
      a.call("Session.create", { group, kind: "keygen", value: more }),
      a.call("Notify.signed", { group, session, value: more }),
      a.call("Notify.proposal", { group, session, proposal: "p", message: more }),
      a.call("Notify.proposal", { group, session, proposal: "p".repeat(257), message: 1 }),
    ]) {
      await expect(call).rejects.toThrow("-32602");
    }
  });
});
