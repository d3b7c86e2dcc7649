import { describe, expect, it } from "vitest";
import { body, type Client, member, secret, text, uuid } from "./client.ts";
import { relayForEachTest } from "./relay-for-each-test.ts";

const { connect } = relayForEachTest();

async function pair(): Promise<[Client, Client]> {
  const [a, b] = await Promise.all([connect(), connect()]);
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  await a.event("memberOnline");
  return [a, b];
}

const message = (cseq: number, content: string, to = 0) => ({
  session: uuid(2),
  cseq,
  envelopes: [{ to, body: body(content) }],
});

describe("two members", () => {
  it("get numbers, know of each other, and exchange messages in one order", async () => {
    const [a, b] = await Promise.all([connect(), connect()]);
    const first = await a.call("Session.open", member(1));
    expect(first).toEqual({
      group: uuid(1),
      session: uuid(2),
      number: 1,
      seq: 1,
      members: [{ number: 1, eid: secret(1), versions: "AQ", online: true }],
      missing: [2],
    });
    const second = await b.call("Session.open", member(2));
    expect(second).toMatchObject({ number: 2, seq: 2, members: [{ online: true }, { number: 2, online: true }] });

    expect(await a.event("memberJoined")).toEqual({
      session: uuid(2),
      seq: 2,
      previous: 0,
      number: 2,
      eid: secret(2),
      versions: "AQ",
    });
    expect(await b.event("memberJoined")).toMatchObject({ seq: 1, previous: 0, number: 1 });

    expect(await a.call("Session.message", message(1, "hello"))).toEqual({ seq: 3 });
    expect(await b.event("message")).toEqual({
      session: uuid(2),
      seq: 3,
      previous: 1,
      from: 1,
      bodies: [body("hello")],
    });
    expect(await b.call("Session.message", message(1, "hello to you", 1))).toEqual({ seq: 4 });
    expect(await a.event("message")).toMatchObject({ seq: 4, previous: 2, from: 2 });
  });

  it("are answered before they see what they caused", async () => {
    const [a, b] = await pair();
    await Promise.all([a.call("Session.finish", { session: uuid(2) }), b.call("Session.finish", { session: uuid(2) })]);
    await Promise.all([a.event("sessionClosed"), b.event("sessionClosed")]);
    for (const { order } of [a, b]) expect(order.indexOf("answer 2")).toBeLessThan(order.indexOf("sessionClosed"));
    expect(a.events.at(-1)?.params).toEqual({ session: uuid(2), seq: 5, previous: 4 });
    await expect(a.call("Session.message", message(1, "late"))).rejects.toMatchObject({
      code: "relay.session-ended",
      data: { ended: "closed", retryable: false },
    });
  });

  it("hear of an abort, with the reason", async () => {
    const [a, b] = await pair();
    expect(await a.call("Session.abort", { session: uuid(2), reason: "sas-mismatch" })).toEqual({});
    expect(await b.event("sessionAborted")).toMatchObject({ number: 1, reason: "sas-mismatch" });
    await a.event("sessionAborted");
    await expect(b.call("Session.resume", { session: uuid(2), token: secret(102), after: 0 })).rejects.toMatchObject({
      code: "relay.session-ended",
      data: { ended: "aborted", reason: "sas-mismatch" },
    });
  });

  it("know when the other one is gone, and is back", async () => {
    const [a, b] = await pair();
    await b.cut();
    expect(await a.event("memberOffline")).toEqual({ session: uuid(2), number: 2 });
    const again = await connect();
    await again.call("Session.resume", { session: uuid(2), token: secret(102), after: 1 });
    await a.until((events) => events.filter(({ name }) => name === "memberOnline").length === 2);
  });
});

describe("a member that comes back", () => {
  it("gets what it missed, without a gap and without anything twice", async () => {
    const [a, b] = await pair();
    let cseq = 0;
    for (let i = 0; i < 20; i++) await a.call("Session.message", message(++cseq, `m${cseq}`));
    await b.until((events) => events.length >= 15);
    await b.cut();
    const seen = b.events.filter(({ name }) => name === "message" || name === "memberJoined");
    const last = seen.at(-1)?.params["seq"] as number;

    for (let i = 0; i < 20; i++) await a.call("Session.message", message(++cseq, `m${cseq}`));
    const again = await connect();
    const resumed = again.call("Session.resume", { session: uuid(2), token: secret(102), after: last });
    for (let i = 0; i < 20; i++) await a.call("Session.message", message(++cseq, `m${cseq}`));
    expect(await resumed).toMatchObject({ number: 2, members: [{ number: 1, online: true }, { online: true }] });
    await again.until(() => b.bodies().length + again.bodies().length >= 60);

    expect([...b.bodies(), ...again.bodies()].map(text)).toEqual(Array.from({ length: 60 }, (_, i) => `m${i + 1}`));
    const chain = [...seen, ...again.events.filter(({ name }) => name === "message")].map(({ params }) => params);
    expect(chain.map(({ previous }) => previous)).toEqual([0, ...chain.slice(0, -1).map(({ seq }) => seq)]);
  });

  it("takes the place of its older connection, which is told", async () => {
    const [a, b] = await pair();
    const again = await connect();
    await again.call("Session.resume", { session: uuid(2), token: secret(102), after: 1 });
    expect(await b.event("sessionReplaced")).toEqual({ session: uuid(2) });
    await expect(b.call("Session.message", message(1, "x"))).rejects.toThrow("relay.not-a-member");
    await a.call("Session.message", message(1, "for the new one"));
    expect(text((await again.event("message"))["bodies"]?.[0 as never] ?? "")).toBe("for the new one");
    await b.close();
    // The end of the old connection is not the end of the member.
    await a.call("Session.message", message(2, "still"));
    await again.until(() => again.bodies().length === 2);
    expect(a.events.some(({ name }) => name === "memberOffline")).toBe(false);
    expect(b.bodies()).toEqual([]);
  });

  it("can open again instead, and gets everything from the beginning", async () => {
    const [a, b] = await pair();
    await a.call("Session.message", message(1, "one"));
    await b.event("message");
    await b.cut();
    const again = await connect();
    expect(await again.call("Session.open", member(2))).toMatchObject({ number: 2, seq: 3 });
    await again.event("message");
    expect(again.events.slice(0, 2).map(({ params }) => [params["seq"], params["previous"]])).toEqual([
      [1, 0],
      [3, 1],
    ]);
  });

  it("that opens twice at once gets everything once", async () => {
    const [a, b] = await pair();
    await a.call("Session.message", message(1, "one"));
    await b.event("message");
    await b.cut();
    const again = await connect();
    const answers = await Promise.all([1, 2].map(() => again.call("Session.open", member(2))));
    expect(answers.map(({ number }) => number)).toEqual([2, 2]);
    await again.event("message");
    await again.call("Relay.info", {});
    expect(again.events.map(({ params }) => params["seq"])).toEqual([1, 3]);
  });

  it("needs its token", async () => {
    await pair();
    const stranger = await connect();
    const resume = (session: string, token: string, after = 0) =>
      stranger.call("Session.resume", { session, token, after });
    await expect(resume(uuid(2), secret(99))).rejects.toThrow("relay.unknown-token");
    await expect(resume(uuid(9), secret(102))).rejects.toThrow("relay.unknown-session");
    await expect(resume(uuid(2), secret(102), 3)).rejects.toThrow("-32602");
    await expect(stranger.call("Session.open", member(2, { token: secret(99) }))).rejects.toThrow("relay.eid-taken");
    await expect(stranger.call("Session.open", member(3))).rejects.toThrow("relay.session-full");
    await expect(stranger.call("Session.open", member(3, { group: uuid(5) }))).rejects.toThrow(
      "relay.parameters-differ",
    );
    for (const call of [
      stranger.call("Session.message", message(1, "x")),
      stranger.call("Session.ack", { session: uuid(2), seq: 1 }),
      stranger.call("Session.finish", { session: uuid(2) }),
      stranger.call("Session.abort", { session: uuid(2), reason: "x" }),
    ]) {
      await expect(call).rejects.toThrow("relay.not-a-member");
    }
    await expect(stranger.call("Session.ack", { session: uuid(9), seq: 1 })).rejects.toThrow("relay.unknown-session");
    expect(stranger.events).toEqual([]);
  });
});

describe("messages", () => {
  it("sent again are answered the same and delivered once", async () => {
    const [a, b] = await pair();
    const answers = await Promise.all(
      [1, 1, 2, 1, 2].map((cseq) => a.call("Session.message", message(cseq, `m${cseq}`))),
    );
    expect(answers.map(({ seq }) => seq)).toEqual([3, 3, 4, 3, 4]);
    await a.cut();
    const again = await connect();
    await again.call("Session.resume", { session: uuid(2), token: secret(101), after: 2 });
    expect(await again.call("Session.message", message(2, "m2"))).toEqual({ seq: 4 });
    expect(await again.call("Session.message", message(3, "m3"))).toEqual({ seq: 5 });
    await b.until(() => b.bodies().length === 3);
    expect(b.bodies().map(text)).toEqual(["m1", "m2", "m3"]);
  });

  it("that skip a number are told which one is next", async () => {
    const [a] = await pair();
    await expect(a.call("Session.message", message(3, "x"))).rejects.toMatchObject({
      code: "relay.out-of-order",
      data: { expected: 1, retryable: true },
    });
  });

  it("go to whom they are for, together", async () => {
    const three = (n: number) => member(n, { parties: 3 });
    const all = await Promise.all([connect(), connect(), connect()]);
    for (const [i, client] of all.entries()) await client.call("Session.open", three(i + 1));
    const [a, b, c] = all as [Client, Client, Client];
    const envelopes = [
      { to: 2, body: body("for b") },
      { to: 0, body: body("for all") },
      { to: 3, body: body("for c") },
    ];
    await a.call("Session.message", { session: uuid(2), cseq: 1, envelopes });
    expect(((await b.event("message"))["bodies"] as string[]).map(text)).toEqual(["for b", "for all"]);
    expect(((await c.event("message"))["bodies"] as string[]).map(text)).toEqual(["for all", "for c"]);
    await b.call("Session.message", message(1, "for c only", 3));
    await c.until(() => c.bodies().length === 3);
    await expect(a.call("Session.message", message(2, "x", 4))).rejects.toThrow("-32602");
    expect(a.bodies()).toEqual([]);
  });

  it("wait for members that have not come yet", async () => {
    const a = await connect();
    await a.call("Session.open", member(1));
    await a.call("Session.message", message(1, "early"));
    const b = await connect();
    await b.call("Session.open", member(2));
    await b.event("message");
    expect(b.bodies().map(text)).toEqual(["early"]);
  });

  it("are not kept longer than they are needed", async () => {
    const [a, b] = await pair();
    for (let cseq = 1; cseq <= 5; cseq++) await a.call("Session.message", message(cseq, "x"));
    expect(await b.call("Session.ack", { session: uuid(2), seq: 7 })).toEqual({});
    expect(await a.call("Session.ack", { session: uuid(2), seq: 4 })).toEqual({});
    expect(await a.call("Session.ack", { session: uuid(2), seq: 3 })).toEqual({});
    await expect(a.call("Session.ack", { session: uuid(2), seq: 8 })).rejects.toThrow("-32602");
    const again = await connect();
    // Whoever asks for what everybody has acknowledged gets what is left, and can see that something is missing.
    await again.call("Session.resume", { session: uuid(2), token: secret(102), after: 0 });
    await again.until(() => again.bodies().length === 3);
    expect(again.events[0]?.params).toMatchObject({ seq: 5, previous: 4 });
  });

  it("fit up to the limit, and one character more does not", async () => {
    const [a, b] = await pair();
    const most = "A".repeat(64 * 1024 - 512);
    const send = (cseq: number, bodies: string[]) =>
      a.call("Session.message", { session: uuid(2), cseq, envelopes: bodies.map((one) => ({ to: 0, body: one })) });
    await send(1, [most]);
    await b.event("message");
    expect(b.texts.every((one) => one.length <= 64 * 1024)).toBe(true);
    await expect(send(2, [most, "AA"])).rejects.toThrow("relay.too-large");
    await send(2, [most.slice(2), "AA"]);
  });
});
