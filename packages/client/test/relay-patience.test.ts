import { describe, expect, test } from "vitest";
import { settle } from "./support/alarm-clock.ts";
import { claim, claimed, outcome, setUp } from "./support/lonely-connection.ts";

describe("a connection to a relay that is not there, or says nothing", () => {
  test("fails at once if the first attempt fails, and tries again when it is asked again", async () => {
    const { relay, transport, clock } = setUp();
    const call = outcome(relay.call("Relay.info", {}));
    transport.last.drop();
    await settle();
    expect(call.error).toMatchObject({ name: "RelayError", code: "relay.unreachable", retryable: true });
    expect(clock.pending).toBe(0);
    outcome(relay.call("Relay.info", {}));
    expect(transport.connections).toHaveLength(2);
  });

  test("gives a connection that does not open ten seconds", async () => {
    const { relay, transport, clock } = setUp();
    const call = outcome(relay.call("Relay.info", {}));
    await clock.advance(9_999);
    expect(call.error).toBeUndefined();
    await clock.advance(1);
    expect(call.error?.code).toBe("relay.unreachable");
    expect(transport.last.closed).toBe(true);
  });

  test("waits for 0.25 s, then twice as long, up to 10 s, and gives up after five minutes", async () => {
    const { relay, transport, clock } = setUp();
    const call = outcome(relay.call("Relay.info", {}));
    transport.last.open().drop();
    const lostAt = clock.now().ms;
    const delays: number[] = [];
    while (call.error === undefined) {
      const before = { at: clock.now().ms, attempts: transport.connections.length };
      while (transport.connections.length === before.attempts) await clock.advance(1);
      delays.push(clock.now().ms - before.at);
      transport.last.drop();
      await settle();
    }
    expect(delays.slice(0, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(call.error.code).toBe("relay.unreachable");
    expect(clock.now().ms - lostAt).toBeGreaterThanOrEqual(300_000);
    expect(clock.now().ms - lostAt).toBeLessThan(311_000);
    expect(clock.pending).toBe(0);
  });

  test("uses jitter down to no delay at all", async () => {
    const { relay, transport, clock } = setUp({ randomBytes: (length) => new Uint8Array(length) });
    outcome(relay.call("Relay.info", {}));
    transport.last.open().drop();
    await clock.advance(0);
    expect(transport.connections).toHaveLength(2);
  });

  test("begins with short delays again only after a connection that lived for ten seconds", async () => {
    const { relay, transport, clock } = setUp();
    outcome(relay.call("Relay.info", {}));
    transport.last.open().drop();
    await clock.advance(250);
    transport.last.open();
    await clock.advance(9_999);
    transport.last.drop();
    await clock.advance(499);
    expect(transport.connections).toHaveLength(2);
    await clock.advance(1);
    expect(transport.connections).toHaveLength(3);
    transport.last.open();
    transport.last.tell("memberOnline", { session: claimed.session, number: 2 });
    await clock.advance(10_000);
    transport.last.drop();
    await clock.advance(250);
    expect(transport.connections).toHaveLength(4);
  });

  test("gives up a relay that takes every connection and never says a word", async () => {
    const { relay, transport, clock } = setUp();
    const call = outcome(relay.call("Relay.info", {}));
    const beganAt = clock.now().ms;
    while (call.error === undefined && clock.now().ms - beganAt < 600_000) {
      if (!transport.last.closed && transport.last.sent.length === 0) transport.last.open();
      await clock.advance(100);
    }
    expect(call.error?.code).toBe("relay.unreachable");
    expect(clock.now().ms - beganAt).toBeLessThan(345_000);
  });

  test("does not connect again for nobody", async () => {
    const { relay, transport, clock } = setUp();
    const call = relay.call("Invitation.claim", claim);
    transport.last.open();
    transport.last.answer(transport.last.the("Invitation.claim"), claimed);
    await call;
    transport.last.drop();
    expect(clock.pending).toBe(0);
    expect(transport.connections).toHaveLength(1);
  });

  test("is as patient as ever when it was lost long ago and is needed now", async () => {
    const { relay, transport, clock } = setUp();
    const call = relay.call("Invitation.claim", claim);
    transport.last.open();
    transport.last.answer(transport.last.the("Invitation.claim"), claimed);
    await call;
    transport.last.drop();
    await clock.advance(600_000);
    const later = outcome(relay.call("Relay.info", {}));
    transport.last.drop();
    await clock.advance(250);
    expect(later.error).toBeUndefined();
    expect(transport.connections).toHaveLength(3);
  });

  test("cuts a connection on which an answer is owed and nothing is heard for 15 s", async () => {
    const { relay, transport, clock } = setUp();
    outcome(relay.call("Relay.info", {}));
    const [first] = transport.connections;
    transport.last.open();
    await clock.advance(10_000);
    transport.last.tell("memberOnline", { session: claimed.session, number: 2 });
    await clock.advance(14_999);
    expect(first?.closed).toBe(false);
    await clock.advance(1);
    expect(first?.closed).toBe(true);
    await clock.advance(250);
    expect(transport.last.open().requests("Relay.info")).toHaveLength(1);
  });

  test("asks a relay that is silent for 30 s whether it is there", async () => {
    const { relay, transport, clock } = setUp();
    const call = relay.call("Invitation.claim", claim);
    transport.last.open();
    transport.last.answer(transport.last.the("Invitation.claim"), claimed);
    await call;
    await clock.advance(29_999);
    expect(transport.last.requests("Relay.info")).toHaveLength(0);
    await clock.advance(1);
    expect(transport.last.requests("Relay.info")).toHaveLength(1);
    await clock.advance(15_000);
    expect(transport.last.closed).toBe(true);
  });
});
