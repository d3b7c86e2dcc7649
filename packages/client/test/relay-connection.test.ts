import { RelayConnection, type RelayConnectionOptions, type RelayError } from "@countersign/client";
import { encodeFailure, encodeNotification, encodeSuccess } from "@countersign/rpc";
import { describe, expect, test } from "vitest";
import { AlarmClock, settle } from "./support/alarm-clock.ts";
import { FakeTransport } from "./support/fake-transport.ts";

function setUp(options: Partial<RelayConnectionOptions> = {}) {
  const transport = new FakeTransport();
  const clock = new AlarmClock();
  // The longest delays that the back-off allows, so that its schedule can be seen.
  const randomBytes = (length: number) => new Uint8Array(length).fill(0xff);
  const relay = new RelayConnection({ url: "ws://relay.example", transport, clock, randomBytes, ...options });
  return { relay, transport, clock };
}

const claimed = {
  group: "00000000-0000-4000-8000-000000000001",
  session: "00000000-0000-4000-8000-000000000002",
  kind: "exchange",
  parties: 2,
  threshold: 2,
} as const;
const claim = { nameplate: "7", claim: "A".repeat(22) };

/** A call whose end the test looks at later. */
function outcome<T>(promise: Promise<T>) {
  const seen: { result?: T; error?: RelayError } = {};
  promise.then(
    (result) => {
      seen.result = result;
    },
    (error) => {
      seen.error = error;
    },
  );
  return seen;
}

describe("a relay connection", () => {
  test("connects when there is something to say, and answers find their calls", async () => {
    const { relay, transport } = setUp();
    expect(transport.connections).toHaveLength(0);
    const first = relay.call("Invitation.claim", claim);
    const second = relay.call("Invitation.claim", { ...claim, nameplate: "8" });
    expect(transport.last).toMatchObject({ url: "ws://relay.example/v1", protocols: ["countersign.v1"] });
    expect(transport.last.sent).toEqual([]);
    const [one, two] = transport.last.open().requests("Invitation.claim");
    expect([one?.params, two?.params]).toEqual([claim, { ...claim, nameplate: "8" }]);
    if (two !== undefined) transport.last.answer(two, { ...claimed, parties: 3 });
    if (one !== undefined) transport.last.answer(one, claimed);
    expect(await first).toEqual(claimed);
    expect(await second).toEqual({ ...claimed, parties: 3 });
    expect(transport.connections).toHaveLength(1);
  });

  test("shows the access token at every connection, and to nobody else", async () => {
    const { relay, transport, clock } = setUp({ accessToken: "T0ken_-.~" });
    const offered = ["countersign.v1", "countersign.access.T0ken_-.~"];
    const call = relay.call("Invitation.claim", claim);
    expect(transport.last).toMatchObject({ protocols: offered, url: "ws://relay.example/v1" });
    transport.last.open().drop();
    await clock.advance(10_000);
    expect(transport.connections).toHaveLength(2);
    expect(transport.last.protocols).toEqual(offered);
    expect(JSON.stringify(transport.last.open().sent)).not.toContain("T0ken");
    transport.last.answer(transport.last.the("Invitation.claim"), claimed);
    await call;
  });

  test.each(["", "two words", "a,b", "é", "x".repeat(257)])("does not take %j for an access token", (accessToken) => {
    expect(() => setUp({ accessToken })).toThrow(expect.objectContaining({ code: "usage.access-token" }));
  });

  test.each([
    ["ws://relay.example", "ws://relay.example", "ws://relay.example/v1"],
    ["ws://relay.example/", "ws://relay.example", "ws://relay.example/v1"],
    ["wss://relay.example:8443/v1", "wss://relay.example:8443", "wss://relay.example:8443/v1"],
    ["wss://example.org/countersign/", "wss://example.org/countersign", "wss://example.org/countersign/v1"],
    ["ws://[::1]:8765", "ws://[::1]:8765", "ws://[::1]:8765/v1"],
  ])("takes %s as the address of a relay", (url, address, endpoint) => {
    const { relay, transport } = setUp({ url });
    outcome(relay.call("Relay.info", {}));
    expect(relay.url).toBe(address);
    expect(transport.last.url).toBe(endpoint);
  });

  test.each(["", "relay.example", "http://relay.example", "ws://"])("refuses %j as the address of a relay", (url) => {
    expect(() => setUp({ url })).toThrow(expect.objectContaining({ code: "usage.relay-url" }));
  });

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

  test("makes a call again that was not answered when the connection broke", async () => {
    const { relay, transport, clock } = setUp();
    const call = relay.call("Invitation.claim", claim);
    transport.last.open().drop();
    expect(transport.connections).toHaveLength(1);
    await clock.advance(250);
    expect(transport.connections).toHaveLength(2);
    const again = transport.last.open().the("Invitation.claim");
    expect(again.params).toEqual(claim);
    transport.last.answer(again, claimed);
    expect(await call).toEqual(claimed);
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

  test("tells what the relay refused, in words of its own", async () => {
    const { relay, transport } = setUp();
    const call = outcome(relay.call("Invitation.claim", claim));
    const { id } = transport.last.open().the("Invitation.claim");
    const data = { code: "relay.rate-limited", retryable: false };
    transport.last.say(encodeFailure(id, { code: -32001, message: "\u001b[2Jevil", data }));
    await settle();
    expect(call.error).toMatchObject({ name: "RelayError", code: "relay.rate-limited", retryable: true });
    expect(call.error?.message).not.toContain("evil");
  });

  test.each([
    ["an internal error", { code: -32603, message: "oops" }, "relay.internal"],
    ["an unknown error", { code: -32602, message: "oops", data: { code: "relay.weird" } }, "relay.protocol"],
  ])("tells of %s", async (_, error, code) => {
    const { relay, transport } = setUp();
    const call = outcome(relay.call("Relay.info", {}));
    transport.last.say(encodeFailure(transport.last.open().the("Relay.info").id, error));
    await settle();
    expect(call.error?.code).toBe(code);
    expect(call.error?.message).not.toContain("oops");
  });

  test("does not take a malformed result for one", async () => {
    const { relay, transport } = setUp();
    const call = outcome(relay.call("Invitation.claim", claim));
    const { id } = transport.last.open().the("Invitation.claim");
    transport.last.say(encodeSuccess(id, { ...claimed, parties: "two" }));
    await settle();
    expect(call.error?.code).toBe("relay.protocol");
  });

  test("asks a relay that is unavailable again on another connection", async () => {
    const { relay, transport, clock } = setUp();
    const call = relay.call("Invitation.claim", claim);
    transport.last.open();
    transport.last.refuse(transport.last.the("Invitation.claim"), "relay.unavailable");
    expect(transport.last.closed).toBe(true);
    await clock.advance(250);
    transport.last.open();
    transport.last.answer(transport.last.the("Invitation.claim"), claimed);
    expect(await call).toEqual(claimed);
  });

  test.each([
    ["no JSON", "{"],
    ["an answer to nothing", encodeSuccess(99, {})],
    ["an answer to null", encodeFailure(null, { code: -32700, message: "Parse error" })],
    ["a request", '{"jsonrpc":"2.0","id":1,"method":"Relay.info"}'],
    ["a malformed event", encodeNotification("memberOnline", { session: "x", number: 1 })],
  ])("drops a relay that sends %s", (_, text) => {
    const { relay, transport } = setUp();
    outcome(relay.call("Invitation.claim", claim));
    transport.last.open().say(text);
    expect(transport.last.closed).toBe(true);
  });

  test("skips events that it does not know", () => {
    const { relay, transport } = setUp();
    outcome(relay.call("Relay.info", {}));
    transport.last.open().say(encodeNotification("somethingNew", { session: claimed.session }));
    expect(transport.last.closed).toBe(false);
  });

  test("closes for good", async () => {
    const { relay, transport, clock } = setUp();
    const before = outcome(relay.call("Relay.info", {}));
    transport.last.open();
    relay.close();
    const after = outcome(relay.call("Relay.info", {}));
    await clock.advance(60_000);
    expect(before.error?.code).toBe("relay.closed");
    expect(after.error?.code).toBe("relay.closed");
    expect(transport.connections).toHaveLength(1);
    expect(transport.last.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
