import { encodeFailure, encodeNotification, encodeSuccess } from "@countersign/rpc";
import { describe, expect, test } from "vitest";
import { settle } from "./support/alarm-clock.ts";
import { claim, claimed, outcome, setUp } from "./support/lonely-connection.ts";

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
