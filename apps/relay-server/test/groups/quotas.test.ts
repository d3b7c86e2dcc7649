import { describe, expect, it } from "vitest";
import { body, type Client, member, secret, uuid } from "../client.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { createSession, credentials, groupOfThree } from "./group-of-three.ts";

const site = relayForEachTest();
const { connect } = site;

const reached = (quota: string) => ({ code: "relay.quota-reached", data: { quota, retryable: false } });
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    ({ data }: { data: { quota?: string } }) => data.quota,
  );

describe("sessions of a group", () => {
  it("are as many as may go on; one that has ended makes room", async () => {
    await site.replace({ limits: { sessionsPerGroup: 3 } });
    const { group, clients } = await groupOfThree(connect);
    const [a, b] = clients;
    const sessions: string[] = [];
    for (let i = 0; i < 3; i++) sessions.push((await createSession(a, group)).session);
    await expect(createSession(b, group)).rejects.toMatchObject(reached("sessionsPerGroup"));
    const open = { group, kind: "exchange" as const, parties: 3, threshold: 2 };
    await expect(b.call("Session.open", { ...open, ...credentials(2) })).rejects.toMatchObject(
      reached("sessionsPerGroup"),
    );
    const [session = ""] = sessions;
    await a.call("Session.signup", { group, session, ...credentials(1) });
    expect(await outcome(createSession(b, group))).toBe("sessionsPerGroup");
    await a.call("Session.abort", { session, reason: "x" });
    expect(await b.call("Session.open", { ...open, ...credentials(2) })).toMatchObject({ number: 1 });
    // There is room for whoever goes where there is a place, and for none beside it.
    expect(await a.call("Session.open", { ...open, ...credentials(3) })).toMatchObject({ number: 2 });
    expect(await outcome(createSession(a, group))).toBe("sessionsPerGroup");
  });

  it("are no more for who asks quickly", async () => {
    await site.replace({ limits: { sessionsPerGroup: 3 } });
    const { group, clients } = await groupOfThree(connect);
    const asked = clients.flatMap((client) => Array.from({ length: 4 }, () => createSession(client, group)));
    const outcomes = await Promise.all(asked.map(outcome));
    expect(outcomes.filter((one) => one === "done")).toHaveLength(3);
    expect(outcomes.filter((one) => one === "sessionsPerGroup")).toHaveLength(9);
  });

  it("that have ended are no more than sixteen for each that may go on", async () => {
    await site.replace({ limits: { sessionsPerGroup: 1, messagesPerSecond: 10_000 } });
    const { group, clients } = await groupOfThree(connect);
    const [a] = clients;
    for (let i = 0; i < 16; i++) {
      const { session } = await createSession(a, group);
      await a.call("Session.signup", { group, session, ...credentials(1) });
      await a.call("Session.abort", { session, reason: "x" });
    }
    expect(await outcome(createSession(a, group))).toBe("sessionsPerGroup");
  });
});

it("the relay keeps as many sessions as it may, however they are made", async () => {
  await site.replace({ limits: { sessions: 2 } });
  const { group, clients } = await groupOfThree(connect);
  const [a, b] = clients;
  await createSession(a, group);
  await a.call("Session.open", member(1));
  const calls = [
    createSession(a, group),
    b.call("Session.open", member(2, { session: uuid(3) })),
    b.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 }),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject(reached("sessions"));
  expect(await b.call("Session.open", member(2))).toMatchObject({ number: 2 });
});

it("a connection is a member of as many sessions as it may", async () => {
  await site.replace({ limits: { sessionsPerConnection: 2 } });
  const [a, b] = [await connect(), await connect()];
  const open = (client: Client, n: number, session: number) =>
    client.call("Session.open", member(n, { session: uuid(session) }));
  await open(b, 2, 9);
  const asked = [open(a, 1, 2), open(a, 1, 3), open(a, 1, 4)].map(outcome);
  expect(await Promise.all(asked)).toEqual(["done", "done", "sessionsPerConnection"]);
  expect(await open(a, 1, 3)).toMatchObject({ number: 1 });
  const resume = { session: uuid(9), token: secret(102), after: 0 };
  await expect(a.call("Session.resume", resume)).rejects.toMatchObject(reached("sessionsPerConnection"));
  expect(await a.call("Session.resume", { session: uuid(3), token: secret(101), after: 0 })).toMatchObject({ seq: 1 });
  expect(await outcome(open(b, 1, 4))).toBe("done");
});

it("a connection is in as many groups as it may", async () => {
  await site.replace({ limits: { groupsPerConnection: 2 } });
  const a = await connect();
  const other = await groupOfThree(connect, 1);
  const create = () => a.call("Group.create", { label: "g", parties: 2, threshold: 2 });
  const made = await Promise.allSettled([create(), create(), create()]);
  expect(made.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(await outcome(create())).toBe("groupsPerConnection");
  expect(await outcome(a.call("Group.join", { group: other.group }))).toBe("groupsPerConnection");
  const [first] = made;
  if (first?.status === "fulfilled") expect(await a.call("Group.join", first.value)).toMatchObject({ parties: 2 });
});

it("a session keeps as many characters as it may, until its members acknowledge; a retry takes none", async () => {
  const bytesPerSession = 64 * 1024;
  await site.replace({ limits: { bytesPerSession } });
  const [a, b] = [await connect(), await connect()];
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  // An envelope counts 8, beside its characters.
  const half = body("x".repeat((bytesPerSession / 2 - 8) * (3 / 4)));
  const send = (cseq: number, text: string) =>
    a.call("Session.message", { session: uuid(2), cseq, envelopes: [{ to: 0, body: text }] });
  await send(1, half);
  expect(await send(2, half)).toEqual({ seq: 4 });
  await expect(send(3, "AA")).rejects.toMatchObject(reached("bytesPerSession"));
  expect(await send(2, half)).toEqual({ seq: 4 });
  // Nothing costs something, too.
  await expect(send(3, "")).rejects.toMatchObject(reached("bytesPerSession"));
  for (const client of [a, b]) await client.call("Session.ack", { session: uuid(2), seq: 3 });
  expect(await send(3, half)).toEqual({ seq: 5 });
  await expect(send(4, "AA")).rejects.toMatchObject(reached("bytesPerSession"));
});

it("Relay.info says what the limits are", async () => {
  await site.replace({ limits: { sessions: 7, bytesPerSecond: 70_000 }, sessionLife: 77 });
  const { limits } = await (await connect()).call("Relay.info", {});
  expect(limits).toMatchObject({ sessions: 7, bytesPerSecond: 70_000, sessionsPerGroup: 64, sessionLife: 77 });
});
