import { RelayConnection, type RelayConnectionOptions, type RelayError } from "@countersign/client";
import { describe, expect, test } from "vitest";
import { AlarmClock, settle } from "./support/alarm-clock.ts";
import { FakeTransport } from "./support/fake-transport.ts";

function setUp(url: RelayConnectionOptions["url"]) {
  const transport = new FakeTransport();
  const clock = new AlarmClock();
  // The longest delays that the back-off allows.
  const randomBytes = (length: number) => new Uint8Array(length).fill(0xff);
  const relay = new RelayConnection({ url, transport, clock, randomBytes });
  return { relay, transport, clock, tried: () => transport.connections.map((connection) => connection.url) };
}

const [a, b, c] = ["ws://a.example/v1", "ws://b.example/v1", "ws://c.example/v1"];

/** The end of a call, when it has one. */
function endOf(call: Promise<unknown>) {
  const seen: { error?: RelayError; isAnswered?: true } = {};
  call.then(
    () => {
      seen.isAnswered = true;
    },
    (error) => {
      seen.error = error;
    },
  );
  return seen;
}

describe("a relay with several nodes", () => {
  test.each([
    { url: [a, b], urls: "ws://a.example,ws://b.example" },
    { url: `${a}, ${b}`, urls: "ws://a.example,ws://b.example" },
    { url: [a, `${b},ws://a.example/`], urls: "ws://a.example,ws://b.example" },
    { url: a, urls: "ws://a.example" },
  ])("is given as $url", ({ url, urls }) => {
    const { relay } = setUp(url);
    expect([relay.urls, relay.url]).toEqual([urls, "ws://a.example"]);
  });

  test.each([[[]], [""], [[a, "b.example"]], [`${a},`]])("refuses %j", (url) => {
    expect(() => setUp(url)).toThrow(expect.objectContaining({ code: "usage.relay-url" }));
  });

  test("is reached at the first one that takes a connection, each being tried once", async () => {
    const { relay, transport, tried } = setUp([a, b, c]);
    const call = endOf(relay.call("Relay.info", {}));
    transport.last.drop();
    transport.last.drop();
    expect(tried()).toEqual([a, b, c]);
    expect(relay.url).toBe("ws://c.example");
    transport.last.drop();
    await settle();
    expect(call.error).toMatchObject({ code: "relay.unreachable" });
    expect(call.error?.message).toContain("ws://a.example, ws://b.example, ws://c.example");
  });

  test("is reached at the next one within 0.25 s when one is lost, and a call is made again there", async () => {
    const { relay, transport, clock, tried } = setUp([a, b, c]);
    endOf(relay.call("Relay.info", {}));
    transport.last.open().drop();
    await clock.advance(250);
    expect(tried()).toEqual([a, b]);
    // Who is not there either costs no more time.
    transport.last.drop();
    expect(tried()).toEqual([a, b, c]);
    expect(transport.last.open().requests("Relay.info")).toHaveLength(1);
  });

  test("is not hammered when none is there any more", async () => {
    const { relay, transport, clock, tried } = setUp([a, b]);
    endOf(relay.call("Relay.info", {}));
    transport.last.open().drop();
    await clock.advance(250);
    transport.last.drop();
    expect(tried()).toEqual([a, b]);
    await clock.advance(499);
    expect(tried()).toEqual([a, b]);
    await clock.advance(1);
    expect(tried()).toEqual([a, b, a]);
    transport.last.drop();
    expect(tried()).toEqual([a, b, a, b]);
  });

  test("is left within 9 s by who hears nothing, asked for or not, and within 3 by who cannot connect", async () => {
    const { relay, transport, clock, tried } = setUp([a, b]);
    relay.follow({ up() {}, down() {}, event() {}, gone() {} });
    transport.last.open();
    await clock.advance(4_000);
    expect(transport.last.requests("Relay.info")).toHaveLength(1);
    await clock.advance(4_250);
    expect(tried()).toEqual([a, b]);
    await clock.advance(3_000);
    expect(transport.connections[1]?.closed).toBe(true);
  });
});

test("a relay with one node is given as long as ever", async () => {
  const { relay, transport, clock } = setUp(a);
  relay.follow({ up() {}, down() {}, event() {}, gone() {} });
  transport.last.open();
  await clock.advance(29_999);
  expect(transport.last.requests("Relay.info")).toHaveLength(0);
  await clock.advance(15_000);
  expect(transport.connections).toHaveLength(1);
});
