import { describe, expect, it } from "vitest";
import { body, type Client, member, secret, text, uuid } from "../client.ts";
import { nodesForEachTest } from "./two-nodes.ts";

const nodes = nodesForEachTest();

/** Two members of one session, one at each node. */
async function pair(): Promise<readonly [Client, Client]> {
  const a = await nodes.connect(0);
  const b = await nodes.connect(1);
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  return [a, b];
}

const seqs = (client: Client) => client.events.map(({ params }) => params["seq"]).filter((seq) => seq !== undefined);

describe("two members of one session at two nodes", () => {
  it("get each other's messages, in one order", async () => {
    const [a, b] = await pair();
    const sent = [...Array(20).keys()].flatMap((i) => [
      a.call("Session.message", { session: uuid(2), cseq: i + 1, envelopes: [{ to: 0, body: body(`a${i}`) }] }),
      b.call("Session.message", { session: uuid(2), cseq: i + 1, envelopes: [{ to: 0, body: body(`b${i}`) }] }),
    ]);
    const answers = (await Promise.all(sent)).map(({ seq }) => seq);
    expect(new Set(answers)).toEqual(new Set([...Array(40).keys()].map((i) => i + 3)));
    await a.until(() => a.bodies().length === 20);
    await b.until(() => b.bodies().length === 20);
    expect(a.bodies().map(text)).toEqual([...Array(20).keys()].map((i) => `b${i}`));
    expect(b.bodies().map(text)).toEqual([...Array(20).keys()].map((i) => `a${i}`));
    // What one was not told of as an event it was answered.
    const odd = answers.filter((_, i) => i % 2 === 0);
    expect([...seqs(a), ...odd, 1].sort((x, y) => Number(x) - Number(y))).toEqual(
      [...Array(42).keys()].map((i) => i + 1),
    );
    expect([...new Set([...seqs(a), ...seqs(b)])].sort((x, y) => Number(x) - Number(y))).toEqual(
      [...Array(42).keys()].map((i) => i + 1),
    );
  });

  it("see each other come and go", async () => {
    const [a, b] = await pair();
    await a.event("memberOnline");
    const again = await b.call("Session.open", member(2));
    expect(again.members.map(({ online }) => online)).toEqual([true, true]);
    await b.close();
    expect(await a.event("memberOffline")).toEqual({ session: uuid(2), number: 2 });
  });

  it.each([
    ["and something was said in between", true],
    ["at once", false],
  ])("stay where they went, though the node before says only now that they were there, %s", async (_, isSaid) => {
    const { store } = nodes.node(0);
    const notify = store.notify.bind(store);
    const late: (() => void)[] = [];
    store.notify = (...notice) => late.push(() => notify(...notice));
    const [, b] = await pair();
    const tell = (cseq: number) =>
      b.call("Session.message", { session: uuid(2), cseq, envelopes: [{ to: 1, body: body("hello") }] });
    if (isSaid) await tell(1);
    const moved = await nodes.connect(1);
    await moved.call("Session.resume", { session: uuid(2), token: secret(101), after: 0 });
    for (const say of late) say();
    await nodes.pass(1);
    await tell(isSaid ? 2 : 1);
    await moved.until(() => moved.bodies().length === (isSaid ? 2 : 1));
    expect(moved.events.map(({ name }) => name)).not.toContain("sessionReplaced");
  });

  it("resume at the other node, where the older connection is told and the retry is answered as before", async () => {
    const [a, b] = await pair();
    const said = { session: uuid(2), cseq: 1, envelopes: [{ to: 2, body: body("once") }] };
    const first = await a.call("Session.message", said);
    const moved = await nodes.connect(1);
    const seat = await moved.call("Session.resume", { session: uuid(2), token: secret(101), after: 0 });
    expect(seat).toMatchObject({ number: 1, seq: first.seq });
    expect(await a.event("sessionReplaced")).toEqual({ session: uuid(2) });
    expect(await moved.call("Session.message", said)).toEqual(first);
    await expect(a.call("Session.message", { ...said, cseq: 2 })).rejects.toThrow("relay.not-a-member");
    await b.until(() => b.bodies().length > 0);
    expect(b.bodies().map(text)).toEqual(["once"]);
    expect(b.events.map(({ name }) => name)).not.toContain("memberOffline");
  });

  it("are told the same of a session that only one of them knew", async () => {
    const a = await nodes.connect(0);
    await a.call("Session.open", member(1));
    const b = await nodes.connect(1);
    await expect(b.call("Session.resume", { session: uuid(2), token: secret(7), after: 0 })).rejects.toThrow("token");
    await expect(b.call("Session.resume", { session: uuid(3), token: secret(7), after: 0 })).rejects.toThrow("session");
    await expect(b.call("Session.open", member(2, { group: uuid(9) }))).rejects.toThrow("parameters-differ");
    const found = await b.call("Session.open", { ...member(2), session: undefined } as never);
    expect(found).toMatchObject({ session: uuid(2), number: 2 });
  });
});

describe("an invitation", () => {
  it("that was made at one node is taken at the other", async () => {
    const a = await nodes.connect(0);
    const b = await nodes.connect(1);
    const made = await a.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
    const claimed = await b.call("Invitation.claim", { nameplate: made.nameplate, claim: secret(5, 16) });
    expect(claimed).toMatchObject({ group: made.group, session: made.session });
    await b.call("Session.open", { ...member(2), ...claimed, claim: secret(5, 16) });
    await a.call("Session.open", { ...member(1), group: made.group, session: made.session });
    await b.event("memberJoined");
  });
});
