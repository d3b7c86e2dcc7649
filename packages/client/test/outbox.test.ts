import type { PeerGroupOutput } from "@countersign/handshake";
import { decodeBase64url } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import type { FakeConnection } from "./support/fake-transport.ts";
import { reconnect, type Seated, seatAnswer, sessionId, sitDown, tellMessage } from "./support/seat.ts";

/** A seat at which the machine can be stepped without the relay: the user may answer the SAS as often as the test likes. */
async function sitAndCompare(options?: Parameters<typeof sitDown>[0]): Promise<Seated> {
  const seated = await sitDown(options);
  seated.machine.react = () => [{ type: "sas", words: "", digits: "", parties: [], verified: false }];
  tellMessage(seated);
  return seated;
}

/** Makes the machine send packets in one step. */
function sendPackets(seated: Seated, packets: readonly { to?: number; bytes: Uint8Array }[]): void {
  const outputs: PeerGroupOutput[] = packets.map(({ to = 2, bytes }) => ({ type: "send", to, bytes }));
  seated.machine.react = () => outputs;
  seated.session.confirm(true);
  seated.machine.react = () => [];
}

const messagesOf = (connection: FakeConnection) => connection.requests("Session.message");
const cseqsOf = (connection: FakeConnection) => messagesOf(connection).map(({ params }) => params.cseq);

function acknowledge(connection: FakeConnection, cseq: number): void {
  const request = messagesOf(connection).findLast(({ params }) => params.cseq === cseq);
  if (request === undefined) throw new Error(`no message ${cseq}`);
  connection.answer(request, { seq: 100 + cseq });
}

describe("what a member sends", () => {
  test("leaves in one request for one step of the machine", async () => {
    const seated = await sitAndCompare();
    sendPackets(seated, [{ bytes: Uint8Array.of(1) }, { to: 3, bytes: Uint8Array.of(2) }]);
    expect(messagesOf(seated.transport.last).map(({ params }) => params)).toMatchObject([
      {
        cseq: 1,
        envelopes: [
          { to: 2, body: "AQ" },
          { to: 3, body: "Ag" },
        ],
      },
    ]);
  });

  test("is split at 254 envelopes", async () => {
    const seated = await sitAndCompare();
    sendPackets(
      seated,
      Array.from({ length: 300 }, (_, i) => ({ to: (i % 254) + 2, bytes: Uint8Array.of(i >> 8, i) })),
    );
    expect(messagesOf(seated.transport.last).map(({ params }) => params.envelopes.length)).toEqual([254, 46]);
  });

  test("is split below 64 KiB of text, and nothing is lost on the way", async () => {
    const seated = await sitAndCompare();
    const packets = Array.from({ length: 20 }, (_, i) => ({ bytes: new Uint8Array(3_000 * (i % 6) + i).fill(i) }));
    sendPackets(seated, packets);
    const connection = seated.transport.last;
    for (let cseq = 1; cseq <= messagesOf(connection).length; cseq++) acknowledge(connection, cseq);
    for (const text of connection.texts) expect(text.length).toBeLessThanOrEqual(64 * 1024);
    const bodies = messagesOf(connection).flatMap(({ params }) => params.envelopes.map(({ body }) => body));
    expect(bodies.map((body) => decodeBase64url(body))).toEqual(
      packets.map(({ bytes }) => ({ ok: true, value: bytes })),
    );
  });

  test("among many waits for the answer that is due, and goes together", async () => {
    const seated = await sitAndCompare({ parties: 3 });
    const connection = seated.transport.last;
    for (let i = 1; i <= 4; i++) sendPackets(seated, [{ to: (i % 2) + 2, bytes: Uint8Array.of(i) }]);
    expect(cseqsOf(connection)).toEqual([1]);
    acknowledge(connection, 1);
    expect(cseqsOf(connection)).toEqual([1, 2]);
    expect(messagesOf(connection).at(-1)?.params.envelopes).toHaveLength(3);
  });

  test("among many does not wait when it is much", async () => {
    const seated = await sitAndCompare({ parties: 3 });
    for (let i = 1; i <= 4; i++) sendPackets(seated, [{ bytes: new Uint8Array(30_000).fill(i) }]);
    expect(cseqsOf(seated.transport.last)).toEqual([1, 2, 3, 4]);
  });

  test("waits a moment for more among five and more, if it is not for all", async () => {
    const seated = await sitAndCompare({ parties: 6 });
    const connection = seated.transport.last;
    sendPackets(seated, [{ to: 2, bytes: Uint8Array.of(1) }]);
    await seated.clock.advance(8);
    sendPackets(seated, [{ to: 3, bytes: Uint8Array.of(2) }]);
    await seated.clock.advance(3);
    expect(cseqsOf(connection)).toEqual([]);
    await seated.clock.advance(1);
    expect(messagesOf(connection).map(({ params }) => params.envelopes)).toEqual([
      [
        { to: 2, body: "AQ" },
        { to: 3, body: "Ag" },
      ],
    ]);
    acknowledge(connection, 1);
    // Neither what is for all nor what it takes along waits.
    sendPackets(seated, [{ to: 2, bytes: Uint8Array.of(3) }]);
    const toAll = [2, 3, 4, 5].map((to) => ({ to, bytes: Uint8Array.of(4) }));
    sendPackets(seated, toAll);
    expect(messagesOf(connection).at(-1)?.params.envelopes).toHaveLength(5);
    await seated.clock.advance(1_000);
    expect(cseqsOf(connection)).toEqual([1, 2]);
  });

  test("that the relay hands to all waits for nothing", async () => {
    const seated = await sitAndCompare({ parties: 6 });
    sendPackets(seated, [{ to: 0, bytes: Uint8Array.of(1) }]);
    expect(messagesOf(seated.transport.last).map(({ params }) => params.envelopes)).toEqual([[{ to: 0, body: "AQ" }]]);
  });

  test("that waits for more leaves on the next connection, if the first is lost meanwhile", async () => {
    const seated = await sitAndCompare({ parties: 6 });
    const first = seated.transport.last;
    sendPackets(seated, [{ to: 2, bytes: Uint8Array.of(1) }]);
    first.drop();
    const second = await reconnect(seated);
    await seated.clock.advance(12);
    expect(messagesOf(first)).toEqual([]);
    expect(messagesOf(second).map(({ params }) => params.envelopes)).toEqual([[{ to: 2, body: "AQ" }]]);
  });

  test("and leaves before the session is left", async () => {
    const seated = await sitAndCompare({ parties: 6 });
    const connection = seated.transport.last;
    sendPackets(seated, [{ to: 2, bytes: Uint8Array.of(1) }]);
    void seated.session.abort("cancelled");
    expect(connection.requests("Session.abort")).toEqual([]);
    await seated.clock.advance(12);
    acknowledge(connection, 1);
    expect(connection.requests("Session.abort")).toHaveLength(1);
  });

  test("has at most four requests without an answer", async () => {
    const seated = await sitAndCompare();
    const connection = seated.transport.last;
    for (let i = 1; i <= 6; i++) sendPackets(seated, [{ bytes: Uint8Array.of(i) }]);
    expect(cseqsOf(connection)).toEqual([1, 2, 3, 4]);
    acknowledge(connection, 1);
    expect(cseqsOf(connection)).toEqual([1, 2, 3, 4, 5]);
    expect(messagesOf(connection).at(-1)?.params.envelopes).toEqual([
      { to: 2, body: "BQ" },
      { to: 2, body: "Bg" },
    ]);
  });

  test("goes out again word for word on the next connection, what was answered does not", async () => {
    const seated = await sitAndCompare();
    const first = seated.transport.last;
    for (let i = 1; i <= 5; i++) sendPackets(seated, [{ bytes: Uint8Array.of(i) }]);
    acknowledge(first, 1);
    first.drop();
    sendPackets(seated, [{ bytes: Uint8Array.of(6) }]);
    const second = await reconnect(seated);
    const before = messagesOf(first).map(({ params }) => params);
    expect(messagesOf(second).map(({ params }) => params)).toEqual(before.slice(1, 5));
    acknowledge(second, 2);
    expect(cseqsOf(second)).toEqual([2, 3, 4, 5, 6]);
  });

  test("is not queued twice while it waits for the relay", async () => {
    const seated = await sitAndCompare();
    const packet = { bytes: Uint8Array.of(1) };
    sendPackets(seated, [packet]);
    sendPackets(seated, [{ bytes: Uint8Array.of(1) }, { to: 3, bytes: Uint8Array.of(1) }]);
    seated.transport.last.drop();
    sendPackets(seated, [packet, { bytes: Uint8Array.of(9) }, { bytes: Uint8Array.of(9) }]);
    const connection = await reconnect(seated);
    const envelopes = () => messagesOf(connection).map(({ params }) => params.envelopes);
    expect(envelopes()).toEqual([[{ to: 2, body: "AQ" }], [{ to: 3, body: "AQ" }], [{ to: 2, body: "CQ" }]]);
    acknowledge(connection, 1);
    sendPackets(seated, [packet]);
    expect(envelopes().at(-1)).toEqual([{ to: 2, body: "AQ" }]);
  });

  test("does not go out again because events were missing", async () => {
    const seated = await sitAndCompare();
    const connection = seated.transport.last;
    for (const byte of [1, 2, 3]) sendPackets(seated, [{ bytes: Uint8Array.of(byte) }]);
    connection.tell("message", { session: sessionId, seq: 9, previous: 8, from: 2, bodies: ["AA"] });
    connection.answer(connection.the("Session.resume"), seatAnswer());
    expect(cseqsOf(connection)).toEqual([1, 2, 3]);
    acknowledge(connection, 1);
    connection.drop();
    expect(cseqsOf(await reconnect(seated))).toEqual([2, 3]);
  });

  test("waits when the relay has enough for now, and then goes out in order", async () => {
    const seated = await sitAndCompare();
    const connection = seated.transport.last;
    for (let i = 1; i <= 3; i++) sendPackets(seated, [{ bytes: Uint8Array.of(i) }]);
    const [first, second, third] = messagesOf(connection);
    if (first === undefined || second === undefined || third === undefined) throw new Error("three requests");
    connection.refuse(first, "relay.rate-limited");
    connection.refuse(second, "relay.out-of-order", { expected: 1 });
    connection.refuse(third, "relay.out-of-order", { expected: 1 });
    sendPackets(seated, [{ bytes: Uint8Array.of(4) }]);
    await seated.clock.advance(249);
    expect(cseqsOf(connection)).toEqual([1, 2, 3]);
    await seated.clock.advance(1);
    expect(cseqsOf(connection)).toEqual([1, 2, 3, 1, 2, 3, 4]);
    expect(connection.closed).toBe(false);
  });

  test("ends the session when the relay has forgotten what it called durable", async () => {
    const seated = await sitAndCompare();
    const connection = seated.transport.last;
    sendPackets(seated, [{ bytes: Uint8Array.of(1) }]);
    acknowledge(connection, 1);
    sendPackets(seated, [{ bytes: Uint8Array.of(2) }]);
    const [, request] = messagesOf(connection);
    if (request !== undefined) connection.refuse(request, "relay.out-of-order", { expected: 1 });
    await seated.clock.advance(0);
    expect(seated.events).toMatchObject([{ type: "sas" }, { type: "ended", how: "unreachable" }]);
  });

  test("ends the session when the relay says that it has ended", async () => {
    const seated = await sitAndCompare();
    sendPackets(seated, [{ bytes: Uint8Array.of(1) }]);
    const request = seated.transport.last.the("Session.message");
    seated.transport.last.refuse(request, "relay.session-ended", { ended: "expired" });
    await seated.clock.advance(0);
    expect(seated.events).toMatchObject([{ type: "sas" }, { type: "ended", how: "expired" }]);
  });
});
