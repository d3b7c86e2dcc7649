import { describe, expect, it } from "vitest";
import { body, type Client, member, secret, uuid } from "../client.ts";
import { event } from "../mixed/company.ts";
import { nodesForEachTest } from "./two-nodes.ts";

const nodes = nodesForEachTest({ limits: { messagesPerSecond: 1_000_000, addressMessagesPerSecond: 1_000_000 } });

/** What stands between a snapshot and the next one is less. */
const LONG = 600;

/** Makes so much of a session that the group's log is shortened. */
async function talk(client: Client, session: string, from: number, count: number): Promise<void> {
  for (let cseq = from; cseq < from + count; cseq++) {
    const envelopes = [{ to: 0, body: body(String(cseq)) }];
    const { seq } = await client.call("Session.message", { session, cseq, envelopes });
    await client.call("Session.ack", { session, seq });
  }
  await nodes.pass(2);
}

describe("a node that reads a group again, of which it has missed a part that was trimmed,", () => {
  it("forgets sessions that ended and began in it in their time, also where it is the last one", async () => {
    const a = await nodes.connect(0);
    const b = await nodes.connect(1);
    await a.call("Session.open", member(1));
    await b.call("Session.open", member(2));
    const go = nodes.still(1);
    await a.call("Session.abort", { session: uuid(2), reason: "enough" });
    await a.call("Session.open", member(1, { session: uuid(3) }));
    await talk(a, uuid(3), 1, LONG);
    expect(nodes.memory.logs.get(`group/${uuid(1)}`)?.records.length).toBeLessThan(2 * LONG);
    go();
    await talk(a, uuid(3), LONG + 1, 1);
    nodes.kill(0);
    await nodes.pass(60);
    const sessions = () => nodes.sessions(1, ["gathering", "full", "aborted", "expired"]);
    expect(await sessions()).toEqual([1, 0, 1, 0]);
    nodes.clock.pass(1_805);
    await nodes.pass(5);
    expect(await sessions()).toEqual([0, 0, 0, 1]);
    nodes.clock.pass(1_805);
    await nodes.pass(5);
    expect(await sessions()).toEqual([0, 0, 0, 0]);
  });

  it("closes the connections of a session that was aborted in it, and of no other one", async () => {
    const mpc = await nodes.connectMpc(1);
    const group = await mpc.result<string>("Group.create", ["team", { parties: 3, threshold: 1 }]);
    const other = await nodes.connectMpc(1);
    await other.result("Group.join", group);
    const client = await nodes.connect(0);
    const sessions = [];
    for (const one of [mpc, other]) {
      const session = await signing(one, group);
      await client.call("Session.open", seat(group, session));
      expect(await one.next()).toBe(event("sessionSignup", session));
      sessions.push(session);
    }
    const [session = "", living = ""] = sessions;
    const go = nodes.still(1);
    await client.call("Session.abort", { session, reason: "enough" });
    await talk(client, living, 1, LONG);
    go();
    await talk(client, living, LONG + 1, 1);
    expect(await mpc.closed()).toEqual([4000, `session ${session} aborted`]);
    expect(JSON.parse(await other.next())).toMatchObject({ result: ["sessionMessage", { body: body("1") }] });
  });

  it("tells its members which connections have gone in it", async () => {
    const mpc = await nodes.connectMpc(0);
    const group = await mpc.result<string>("Group.create", ["team", { parties: 3, threshold: 1 }]);
    const session = await signing(mpc, group);
    const client = await nodes.connect(1);
    await client.call("Session.open", seat(group, session));
    const third = await nodes.connect(0);
    const go = nodes.still(1);
    await mpc.close();
    await third.call("Session.open", member(1));
    await third.call("Session.open", seat(group, uuid(3)));
    await talk(third, uuid(3), 1, LONG);
    go();
    await talk(third, uuid(3), LONG + 1, 1);
    expect(await client.event("memberOffline")).toEqual({ session, number: 1 });
  });
});

/** A session of two for a signature, in which a connection is the first. */
async function signing(mpc: Awaited<ReturnType<typeof nodes.connectMpc>>, group: string): Promise<string> {
  const { uuid: session } = await mpc.result<{ uuid: string }>("Session.create", [group, "sign", null]);
  await mpc.result("Session.signup", [group, session, "sign"]);
  return session;
}

/** What a member with a token opens it with. */
function seat(group: string, session: string) {
  const parameters = { kind: "sign", parties: 2, threshold: 2, eid: secret(3), versions: "AQ" } as const;
  return { group, session, ...parameters, token: secret(103) };
}
