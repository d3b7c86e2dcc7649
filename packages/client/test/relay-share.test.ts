import { RelayConnection, type RelayError, RelayShare } from "@countersign/client";
import { describe, expect, test } from "vitest";
import { AlarmClock, settle } from "./support/alarm-clock.ts";
import { FakeTransport } from "./support/fake-transport.ts";

const claimed = {
  group: "00000000-0000-4000-8000-000000000001",
  session: "00000000-0000-4000-8000-000000000002",
  kind: "exchange",
  parties: 2,
  threshold: 2,
} as const;
const claim = { nameplate: "7", claim: "A".repeat(22) };

function setUp() {
  const transport = new FakeTransport();
  const clock = new AlarmClock();
  const randomBytes = (length: number) => new Uint8Array(length).fill(0xff);
  const connection = new RelayConnection({ url: "ws://relay.example", transport, clock, randomBytes });
  const released: string[] = [];
  const share = (name: string) => new RelayShare(connection, () => released.push(name));
  return { connection, transport, clock, released, share };
}

/** A follower that writes down what it is told. */
function follower() {
  const told: string[] = [];
  return {
    told,
    up: () => void told.push("up"),
    down: () => void told.push("down"),
    event: () => void told.push("event"),
    gone: (error: RelayError) => void told.push(error.code),
  };
}

describe("parts in one connection", () => {
  test("share its socket, and one that is closed leaves the others alone", async () => {
    const { transport, released, share } = setUp();
    const [one, two] = [share("one"), share("two")];
    const [first, second] = [follower(), follower()];
    one.follow(first);
    two.follow(second);
    const left = one.call("Invitation.claim", claim);
    const kept = two.call("Invitation.claim", claim);
    const [, request] = transport.last.open().requests("Invitation.claim");
    one.close();
    one.close();
    await expect(left).rejects.toMatchObject({ code: "relay.closed" });
    expect([first.told, second.told]).toEqual([["up", "relay.closed"], ["up"]]);
    expect(released).toEqual(["one"]);
    if (request !== undefined) transport.last.answer(request, claimed);
    expect(await kept).toEqual(claimed);
    transport.last.drop();
    await settle();
    expect([first.told, second.told]).toEqual([
      ["up", "relay.closed"],
      ["up", "down"],
    ]);
    expect(transport.connections).toHaveLength(1);
  });

  test("are of no use once they are closed", async () => {
    const { transport, share } = setUp();
    const one = share("one");
    one.close();
    const late = follower();
    one.follow(late);
    expect(late.told).toEqual(["relay.closed"]);
    await expect(one.call("Invitation.claim", claim)).rejects.toMatchObject({ code: "relay.closed" });
    expect(transport.connections).toEqual([]);
  });

  test("tell no follower that has left", () => {
    const { transport, share } = setUp();
    const one = share("one");
    const gone = follower();
    one.follow(gone);
    one.unfollow(gone);
    one.close();
    transport.last.open();
    expect(gone.told).toEqual([]);
  });
});

describe("a connection", () => {
  test("says that it is lost until it is made again, and not while it is made for the first time", async () => {
    const { connection, transport, clock } = setUp();
    const states: boolean[] = [];
    const look = () => states.push(connection.isLost);
    look();
    connection.follow(follower());
    look();
    transport.last.open();
    look();
    transport.last.drop();
    look();
    await clock.advance(1_000);
    await settle();
    look();
    transport.last.open();
    look();
    expect(states).toEqual([false, false, false, true, true, false]);
  });
});
