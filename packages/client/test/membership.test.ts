import { encodeBase64url } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { settle } from "./support/alarm-clock.ts";
import { reconnect, seatAnswer, sessionId, sitDown, tellMessage } from "./support/seat.ts";

const eid = encodeBase64url(new Uint8Array(32).fill(2));

describe("a seat at the relay", () => {
  test("is taken with what the invitation says, and a token of its own", async () => {
    const { session, transport, machine } = await sitDown();
    const { params } = transport.last.the("Session.open");
    expect(params).toMatchObject({ session: sessionId, kind: "exchange", parties: 2, threshold: 2, versions: "AQ" });
    expect(session.number).toBe(1);
    expect(machine.options?.self).toMatchObject({ number: 1, label: "alice" });
    expect(encodeBase64url(machine.options?.self.eid ?? new Uint8Array())).toBe(params.eid);
  });

  test("hands events on in order: who joins, then what they send, all packets of a request together", async () => {
    const seated = await sitDown();
    const { transport, machine, events } = seated;
    transport.last.tell("memberJoined", { session: sessionId, seq: 1, previous: 0, number: 2, eid, versions: "AQ" });
    transport.last.tell("memberOnline", { session: sessionId, number: 2 });
    transport.last.tell("memberOnline", { session: sessionId, number: 2 });
    seated.seq = 1;
    tellMessage(seated, [Uint8Array.of(1), Uint8Array.of(2)]);
    transport.last.tell("memberOffline", { session: sessionId, number: 2 });
    await settle();
    expect(machine.inputs).toEqual([
      { type: "member", number: 2, eid: new Uint8Array(32).fill(2), versions: Uint8Array.of(1) },
      { type: "packet", from: 2, bytes: Uint8Array.of(1) },
      { type: "packet", from: 2, bytes: Uint8Array.of(2) },
    ]);
    expect(events).toEqual([
      { type: "member-joined", number: 2 },
      { type: "member-online", number: 2 },
      { type: "member-offline", number: 2 },
    ]);
  });

  test("is not confused by events of other sessions", async () => {
    const { transport, machine } = await sitDown();
    const session = sessionId.replace("2", "3");
    transport.last.tell("message", { session, seq: 1, previous: 0, from: 2, bodies: ["AA"] });
    transport.last.tell("sessionClosed", { session, seq: 2, previous: 1 });
    expect(machine.inputs).toEqual([]);
  });

  test("is taken up again behind the last event, and the machine is told", async () => {
    const seated = await sitDown();
    tellMessage(seated);
    tellMessage(seated);
    const { token } = seated.transport.last.the("Session.open").params;
    seated.transport.last.drop();
    const connection = await reconnect(seated);
    expect(connection.the("Session.resume").params).toEqual({ session: sessionId, token, after: 2 });
    expect(seated.events.map(({ type }) => type)).toEqual(["relay-lost", "relay-back"]);
    expect(seated.machine.heard).toEqual(["packet", "packet", "reconnected"]);
  });

  test("takes every event once", async () => {
    const seated = await sitDown();
    tellMessage(seated);
    seated.seq = 0;
    tellMessage(seated);
    tellMessage(seated, [Uint8Array.of(8)]);
    await settle();
    expect(seated.machine.inputs).toEqual([
      { type: "packet", from: 2, bytes: Uint8Array.of(7) },
      { type: "packet", from: 2, bytes: Uint8Array.of(8) },
    ]);
    expect(seated.transport.last.requests("Session.resume")).toEqual([]);
  });

  test("asks for the events behind a gap, without another connection", async () => {
    const seated = await sitDown();
    const { transport, machine } = seated;
    tellMessage(seated, [Uint8Array.of(1)]);
    transport.last.tell("message", { session: sessionId, seq: 3, previous: 2, from: 2, bodies: ["Aw"] });
    transport.last.tell("message", { session: sessionId, seq: 4, previous: 3, from: 2, bodies: ["BA"] });
    expect(transport.last.the("Session.resume").params.after).toBe(1);
    transport.last.answer(transport.last.the("Session.resume"), seatAnswer());
    for (const body of [2, 3, 4]) tellMessage(seated, [Uint8Array.of(body)]);
    expect(machine.inputs.map((input) => input.type === "packet" && input.bytes[0])).toEqual([1, 2, 3, 4]);
    expect(transport.connections).toHaveLength(1);
    expect(seated.events).toEqual([]);
  });

  test("drops a relay that leaves the gap open", async () => {
    const { transport } = await sitDown();
    const gap = { session: sessionId, seq: 3, previous: 2, from: 2, bodies: ["Aw"] };
    transport.last.tell("message", gap);
    transport.last.answer(transport.last.the("Session.resume"), seatAnswer());
    transport.last.tell("message", gap);
    expect(transport.last.closed).toBe(true);
  });

  test("tells the relay how far it is after 32 events, or one second after the first", async () => {
    const seated = await sitDown();
    const { transport, clock } = seated;
    const acknowledged = () => transport.last.requests("Session.ack").map(({ params }) => params.seq);
    tellMessage(seated);
    tellMessage(seated);
    await clock.advance(999);
    expect(acknowledged()).toEqual([]);
    await clock.advance(1);
    expect(acknowledged()).toEqual([2]);
    for (let i = 0; i < 33; i++) tellMessage(seated);
    await settle();
    expect(acknowledged()).toEqual([2, 34]);
    await clock.advance(1_000);
    expect(acknowledged()).toEqual([2, 34, 35]);
  });

  test("tells it less often among many, since a step alone is an event of each", async () => {
    const seated = await sitDown({ parties: 20 });
    for (let i = 0; i < 79; i++) tellMessage(seated);
    await settle();
    expect(seated.transport.last.requests("Session.ack")).toEqual([]);
    tellMessage(seated);
    await settle();
    expect(seated.transport.last.requests("Session.ack").map(({ params }) => params.seq)).toEqual([80]);
  });

  test("shows signs of life where it is to be kept, after so much silence, on each connection", async () => {
    const seated = await sitDown({ keepAliveMs: 5_000 });
    const { clock } = seated;
    const signs = () => seated.transport.last.requests("Session.ack").map(({ params }) => params.seq);
    await clock.advance(3_000);
    tellMessage(seated);
    await clock.advance(5_999);
    expect(signs()).toEqual([1]);
    await clock.advance(1);
    await clock.advance(5_000);
    expect(signs()).toEqual([1, 1, 1]);
    seated.transport.last.drop();
    await reconnect(seated);
    await clock.advance(5_000);
    expect(signs()).toEqual([1]);
    const silent = await sitDown();
    await silent.clock.advance(3_600_000);
    expect(silent.transport.last.requests("Session.ack")).toEqual([]);
  });

  test("tells how far it is on the next connection if there was none", async () => {
    const seated = await sitDown();
    tellMessage(seated);
    seated.transport.last.drop();
    const connection = await reconnect(seated);
    await seated.clock.advance(1_000);
    expect(connection.the("Session.ack").params.seq).toBe(1);
  });

  test("tells from the answer who is online, once it is known that they are there", async () => {
    const seated = await sitDown();
    seated.transport.last.drop();
    await seated.clock.advance(10_000);
    const connection = seated.transport.last.open();
    const members = [1, 2, 3].map((number) => ({ number, online: number < 3 }));
    connection.answer(connection.the("Session.resume"), seatAnswer(members));
    for (const number of [2, 3]) {
      const place = { session: sessionId, seq: number, previous: number === 2 ? 0 : 2 };
      connection.tell("memberJoined", { ...place, number, eid, versions: "AQ" });
    }
    connection.tell("memberOnline", { session: sessionId, number: 3 });
    await settle();
    expect(seated.events.slice(1)).toEqual([
      { type: "relay-back" },
      { type: "member-joined", number: 2 },
      { type: "member-online", number: 2 },
      { type: "member-joined", number: 3 },
      { type: "member-online", number: 3 },
    ]);
  });

  test.each([
    ["sessionClosed", {}, { how: "closed" }],
    ["sessionExpired", {}, { how: "expired" }],
    ["sessionAborted", { number: 2, reason: "code-mismatch" }, { how: "aborted", by: 2, reason: "code-mismatch" }],
  ] as const)("ends with %s", async (name, params, end) => {
    const seated = await sitDown();
    seated.transport.last.tell(name, { session: sessionId, seq: 1, previous: 0, ...params } as never);
    await settle();
    expect(seated.events).toEqual([{ type: "ended", ...end }]);
    expect(seated.ended).toBe(true);
    expect(seated.machine.heard).toEqual(["close"]);
  });

  test("fails with who cannot encrypt, sends it nothing, and tells the others", async () => {
    const seated = await sitDown();
    const joined = { session: sessionId, seq: 1, previous: 0, number: 2 };
    seated.transport.last.tell("memberJoined", joined);
    await settle();
    expect(seated.transport.last.the("Session.abort").params).toEqual({ session: sessionId, reason: "protocol" });
    expect(seated.machine.heard).toEqual(["close"]);
    expect(seated.events).toEqual([
      {
        type: "failed",
        code: "peer.clear-text",
        culprits: [2],
        detail: "party 2 speaks a dialect without encryption",
      },
    ]);
  });

  test("goes on when a place without an eid is free again", async () => {
    const seated = await sitDown();
    seated.transport.last.tell("memberLeft", { session: sessionId, seq: 1, previous: 0, number: 2 });
    await settle();
    expect(seated.events).toEqual([]);
    expect(seated.transport.last.closed).toBe(false);
  });

  describe("of which an earlier connection was given up with a request for it under way", () => {
    async function resumedAtTheSecondAttempt() {
      const seated = await sitDown();
      seated.transport.last.drop();
      await seated.clock.advance(10_000);
      seated.transport.last.open().the("Session.resume");
      seated.transport.last.drop();
      return { ...seated, connection: await reconnect(seated) };
    }
    const replaced = { session: sessionId };

    test("is taken back once when the relay hears that one late", async () => {
      const seated = await resumedAtTheSecondAttempt();
      seated.connection.tell("sessionReplaced", replaced);
      expect(seated.connection.closed).toBe(true);
      const back = await reconnect(seated);
      expect(seated.events.map(({ type }) => type)).toEqual(["relay-lost", "relay-back", "relay-lost", "relay-back"]);
      back.tell("sessionReplaced", replaced);
      await settle();
      expect(seated.events.at(-1)).toEqual({ type: "ended", how: "replaced" });
    });

    test("is left to another one when that is a minute ago", async () => {
      const seated = await resumedAtTheSecondAttempt();
      for (let i = 0; i < 6; i++) {
        await seated.clock.advance(10_000);
        tellMessage({ ...seated, seq: i });
      }
      seated.connection.tell("sessionReplaced", replaced);
      await settle();
      expect(seated.events.at(-1)).toEqual({ type: "ended", how: "replaced" });
    });
  });

  test("ends when another connection took it over", async () => {
    const seated = await sitDown();
    seated.transport.last.tell("sessionReplaced", { session: sessionId });
    await settle();
    expect(seated.events).toEqual([{ type: "ended", how: "replaced" }]);
  });

  test.each([
    ["relay.session-ended", { ended: "aborted", reason: "timeout" }, { how: "aborted", reason: "timeout" }],
    ["relay.session-ended", {}, { how: "closed" }],
    ["relay.unknown-session", {}, { how: "expired" }],
    ["relay.unknown-token", {}, { how: "expired" }],
    ["relay.parameters-differ", {}, { how: "unreachable" }],
  ] as const)("ends when it cannot be taken up again: %s", async (code, more, end) => {
    const seated = await sitDown();
    seated.transport.last.drop();
    await seated.clock.advance(10_000);
    const connection = seated.transport.last.open();
    connection.refuse(connection.the("Session.resume"), code, more);
    await settle();
    expect(seated.events.at(-1)).toMatchObject({ type: "ended", ...end, cause: { code } });
    expect(seated.ended).toBe(true);
  });

  test.each(["relay.unavailable", "relay.rate-limited"] as const)("is taken up again later after %s", async (code) => {
    const seated = await sitDown();
    seated.transport.last.drop();
    await seated.clock.advance(10_000);
    const connection = seated.transport.last.open();
    connection.refuse(connection.the("Session.resume"), code);
    expect(connection.closed).toBe(true);
    await reconnect(seated);
    expect(seated.events.map(({ type }) => type)).toEqual(["relay-lost", "relay-back"]);
  });

  test("ends when the relay does not come back", async () => {
    const seated = await sitDown();
    seated.transport.last.drop();
    for (let attempt = 0; attempt < 60 && !seated.ended; attempt++) {
      await seated.clock.advance(10_000);
      if (!seated.transport.last.closed) seated.transport.last.drop();
    }
    await settle();
    expect(seated.events.at(-1)).toMatchObject({
      type: "ended",
      how: "unreachable",
      cause: { code: "relay.unreachable" },
    });
    expect(seated.clock.pending).toBe(0);
  });
});
