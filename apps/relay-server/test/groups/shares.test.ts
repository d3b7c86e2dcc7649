import { expect, it } from "vitest";
import { body, type Client, member, uuid } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { createSession } from "./group-of-three.ts";

// What one address may make the relay keep, and what all may.

const site = relayForEachTest();
const { connect } = site;

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    ({ data }: { data: { quota?: string } }) => data.quota,
  );
const open = (client: Client, group: number, session: number) =>
  client.call("Session.open", member(1, { group: uuid(group), session: uuid(session) }));
const invite = (client: Client) => client.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
const make = (client: Client) => client.call("Group.create", { label: "g", parties: 3, threshold: 2 });

it("an address makes as many sessions as it may, in whatever way, and others go on", async () => {
  await site.replace({ limits: { sessionsPerAddress: 3 } });
  const a = await connect();
  const { group } = await make(a);
  await createSession(a, group);
  await open(a, 1, 2);
  await invite(a);
  expect(await outcome(createSession(a, group))).toBe("sessionsPerAddress");
  expect(await outcome(open(await connect(), 3, 4))).toBe("sessionsPerAddress");
  expect(await outcome(invite(a))).toBe("sessionsPerAddress");
  const mpc = await MpcSocket.connect(site.relay.url);
  const theirs = JSON.parse(await mpc.ask("Group.create", ["g", { parties: 2, threshold: 1 }])).result;
  expect(JSON.parse(await mpc.ask("Session.create", [theirs, "sign"])).error.message).toBe(
    "too many sessions were made from one address",
  );

  const other = await connect({ from: "127.0.0.2" });
  expect(await outcome(invite(other))).toBe("done");
  // A group counts for whoever has made it: who joins it cannot use up the share of another.
  await other.call("Group.join", { group });
  expect(await outcome(createSession(other, group))).toBe("sessionsPerAddress");
});

it("each network of IPv6 has its own share", async () => {
  await site.replace({ limits: { sessionsPerAddress: 1 }, trustProxy: 1 });
  const [one, same, other] = await Promise.all(
    ["2001:db8:1::1", "2001:db8:1::2", "2001:db8:2::1"].map((forwarded) => connect({ forwarded })),
  );
  if (one === undefined || same === undefined || other === undefined) throw new Error("not connected");
  expect(await outcome(invite(one))).toBe("done");
  expect(await outcome(invite(same))).toBe("sessionsPerAddress");
  expect(await outcome(invite(other))).toBe("done");
});

it("asking quickly leads nobody past it, and what is forgotten makes room", async () => {
  const clock = new ManualClock();
  await site.replace({ limits: { sessionsPerAddress: 2 }, sessionLife: 60, pingInterval: 3_600, clock });
  const a = await connect();
  const asked = [1, 2, 3, 4].map((n) => outcome(open(a, n, 10 + n)));
  expect(await Promise.all(asked)).toEqual(["done", "done", "sessionsPerAddress", "sessionsPerAddress"]);
  await a.call("Session.abort", { session: uuid(11), reason: "x" });
  expect(await outcome(open(a, 5, 15))).toBe("sessionsPerAddress");
  clock.pass(60);
  // What the timer has ordered stands in the log before this does.
  await a.call("Relay.info", {});
  expect(await outcome(open(a, 5, 15))).toBe("done");
});

it.each([
  ["bytesPerAddress", 128 * 1024],
  ["bytes", 1024 * 1024],
] as const)("%s: no more than that is kept, over all sessions, until it is acknowledged", async (quota, limit) => {
  await site.replace({ limits: { [quota]: limit, bytesPerSession: 64 * 1024, bytesPerSecond: 64 * 1024 * 1024 } });
  const a = await connect();
  /** A session counts 4,096 and the four letters of its value, which is null. */
  const sessions = Math.ceil(limit / (64 * 1024)) + 1;
  let left = limit;
  for (let n = 0; n < sessions; n++) {
    await open(a, 100 + n, 200 + n);
    left -= 4_100;
  }
  const send = (n: number, cseq: number, characters: number) =>
    a.call("Session.message", {
      session: uuid(200 + n),
      cseq,
      envelopes: [{ to: 0, body: body("x".repeat(characters)).slice(0, characters) }],
    });
  let n = 0;
  // Each of them counts 8 more than its characters, which are a multiple of four.
  for (; left >= 60_008; left -= 60_008) await send(n++, 1, 60_000);
  const rest = left - 8 - ((left - 8) % 4);
  expect(await outcome(send(n, 1, rest + 4))).toBe(quota);
  expect(await outcome(send(n, 1, rest))).toBe("done");
  expect(await outcome(send(n, 2, 128))).toBe(quota);
  const other = await connect({ from: "127.0.0.2" });
  expect(await outcome(open(other, 300, 301))).toBe(quota === "bytes" ? "bytes" : "done");
});
