import { describe, expect, test } from "vitest";
import { settle } from "./support/alarm-clock.ts";
import { answerLast, failed, happen, methods, packet, ready } from "./support/ready-session.ts";
import { HeldJournal, seatAnswer, sessionId, sitDown } from "./support/seat.ts";

describe("a session that ends", () => {
  test("says with delivered() that it failed", async () => {
    const seated = await ready();
    seated.session.send({ bytes: Uint8Array.of(1) });
    const delivered = expect(seated.session.delivered()).rejects.toMatchObject({ code: "peer.identity-changed" });
    happen(seated, failed);
    await delivered;
    expect(() => seated.session.send({ bytes: Uint8Array.of(1) })).toThrow(
      expect.objectContaining({ code: "peer.identity-changed" }),
    );
  });

  test("aborts at the relay, behind its last packets, when the machine fails", async () => {
    const seated = await ready();
    happen(seated, packet(9), failed);
    await settle();
    expect(seated.events.at(-1)).toEqual(failed);
    expect(seated.ended).toBe(true);
    expect(methods(seated)).toEqual(["Session.open", "Session.message"]);
    answerLast(seated, "Session.message");
    expect(seated.transport.last.the("Session.abort").params.reason).toBe("identity-changed");
    const closed = seated.session.close();
    answerLast(seated, "Session.abort");
    await closed;
    expect(methods(seated)).toEqual(["Session.open", "Session.message", "Session.abort"]);
  });

  test("ends at the first proof of another code, and says so at once", async () => {
    const seated = await sitDown();
    happen(seated, { type: "guess-failed", from: 2, left: 9 });
    await settle();
    expect(seated.events).toMatchObject([
      { type: "guess-failed", from: 2 },
      { type: "failed", code: "peer.wrong-code", culprits: [2] },
    ]);
    expect(seated.machine.inputs.at(-1)).toMatchObject({ type: "close" });
    expect(seated.transport.last.the("Session.abort").params.reason).toBe("code-mismatch");
  });

  test("closes: a word to the parties, then to the relay, and waits for both to be out", async () => {
    const seated = await ready();
    let done = false;
    seated.machine.react = ({ type }) => (type === "close" ? [packet(7)] : []);
    const closed = seated.session.close().then(() => {
      done = true;
    });
    await settle();
    expect(methods(seated)).toEqual(["Session.open", "Session.message"]);
    answerLast(seated, "Session.message");
    expect(methods(seated)).toEqual(["Session.open", "Session.message", "Session.finish"]);
    await settle();
    expect(done).toBe(false);
    answerLast(seated, "Session.finish");
    await closed.then(settle);
    expect(seated.events.at(-1)).toEqual({ type: "ended", how: "closed" });
    expect(seated.ended).toBe(true);
  });

  test("says its last word on the next connection if need be, but does not wait longer than five seconds", async () => {
    const seated = await ready();
    const closed = seated.session.close();
    await settle();
    expect(methods(seated)).toEqual(["Session.open", "Session.finish"]);
    seated.transport.last.drop();
    await seated.clock.advance(250);
    const connection = seated.transport.last.open();
    connection.answer(connection.the("Session.resume"), seatAnswer());
    expect(methods(seated)).toEqual(["Session.resume", "Session.finish"]);
    await seated.clock.advance(4_750);
    await closed;
    expect(seated.ended).toBe(true);
  });

  test("waits for entries that are being written before it leaves", async () => {
    const journal = new HeldJournal();
    const seated = await ready({ journal });
    seated.machine.react = ({ type }) => {
      if (type === "close") return [{ type: "persist", id: 1, entry: { type: "sas-failed" } }];
      return type === "persisted" ? [packet(7)] : [];
    };
    void seated.session.close();
    await settle();
    expect(methods(seated)).toEqual(["Session.open"]);
    await journal.writes[0]?.done();
    expect(methods(seated)).toEqual(["Session.open", "Session.message"]);
  });

  test("hears what a party said before it hears what the relay says of the end", async () => {
    const journal = new HeldJournal();
    const seated = await ready({ journal });
    happen(seated, { type: "persist", id: 1, entry: { type: "closed", peer: 2, reason: 1, delivered: true } });
    const ended = { session: sessionId, seq: seated.seq + 1, previous: seated.seq, number: 2, reason: "cancelled" };
    seated.transport.last.tell("sessionAborted", ended as never);
    await settle();
    expect(seated.ended).toBe(false);
    seated.machine.react = ({ type }) => (type === "persisted" ? [failed] : []);
    await journal.writes[0]?.done();
    expect(seated.events.at(-1)).toMatchObject({ type: "failed", code: "peer.identity-changed" });
  });

  test("aborts with a word of the user", async () => {
    const seated = await ready();
    expect(() => seated.session.abort("Not a word")).toThrow(expect.objectContaining({ code: "usage.reason" }));
    const aborted = seated.session.abort("cancelled");
    await settle();
    expect(seated.transport.last.the("Session.abort").params.reason).toBe("cancelled");
    answerLast(seated, "Session.abort");
    await aborted.then(settle);
    expect(seated.events.at(-1)).toEqual({ type: "ended", how: "aborted", by: 1, reason: "cancelled" });
  });

  test("is done when all others are", async () => {
    const seated = await ready();
    seated.session.send({ bytes: Uint8Array.of(1) });
    const delivered = seated.session.delivered();
    happen(seated, { type: "closed", number: 2, reason: 0, delivered: true });
    await delivered;
    await settle();
    expect(methods(seated)).toEqual(["Session.open", "Session.finish"]);
    answerLast(seated, "Session.finish");
    await settle();
    expect(seated.events.slice(-2)).toMatchObject([{ type: "closed" }, { type: "ended", how: "closed" }]);
  });
});
