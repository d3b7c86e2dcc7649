import { expect, it } from "vitest";
import { body, type Client, member, secret, text, uuid } from "../client.ts";
import { nodesForEachTest } from "./two-nodes.ts";

const LIMITS = { messagesPerSecond: 1_000_000, addressMessagesPerSecond: 1_000_000 };
const nodes = nodesForEachTest({ limits: LIMITS });
const LOG = `group/${uuid(1)}`;

async function pair(): Promise<readonly [Client, Client]> {
  const a = await nodes.connect(0);
  const b = await nodes.connect(1);
  await a.call("Session.open", member(1));
  await b.call("Session.open", member(2));
  return [a, b];
}

const stored = () => nodes.memory.logs.get(LOG)?.records.length ?? 0;

/** Says `count` things, each when the one before is answered; the seqs of the answers. */
async function say(client: Client, first: number, count: number): Promise<number[]> {
  const seqs: number[] = [];
  for (let cseq = first; cseq < first + count; cseq++) {
    const envelopes = [{ to: 0, body: body(String(cseq)) }];
    seqs.push((await client.call("Session.message", { session: uuid(2), cseq, envelopes })).seq);
  }
  return seqs;
}

it("a log is shortened while members at two nodes write to it, and tells a third one all that it has to know", async () => {
  const [a, b] = await pair();
  let before = 0;
  for (let round = 0; round < 10; round++) {
    const [of, ofOther] = await Promise.all([say(a, round * 50 + 1, 50), say(b, round * 50 + 1, 50)]);
    const seq = Math.max(...of, ...ofOther);
    await Promise.all([a, b].map((client) => client.call("Session.ack", { session: uuid(2), seq })));
    await nodes.pass(2);
    before = seq;
  }
  expect(stored()).toBeLessThan(600);
  expect(before).toBe(1_002);
  await nodes.start();
  const late = await nodes.connect(2);
  const seat = await late.call("Session.resume", { session: uuid(2), token: secret(101), after: before });
  expect(seat).toMatchObject({ number: 1, seq: before, missing: [] });
  expect(await say(late, 501, 1)).toEqual([before + 1]);
  await b.until(() => b.bodies().length === 501);
  expect(b.bodies().map(text)).toEqual([...Array(501).keys()].map((i) => String(i + 1)));
});

it("a node that has missed what was trimmed in the meantime reads the group again, and its members miss nothing", async () => {
  const [a, b] = await pair();
  const go = nodes.still(1);
  const length = 700;
  const seqs = await say(a, 1, length);
  for (const seq of seqs) await a.call("Session.ack", { session: uuid(2), seq });
  await nodes.pass(2);
  await say(a, length + 1, 1);
  expect(stored()).toBeLessThan(length + 300);
  expect(b.bodies()).toEqual([]);
  go();
  await say(a, length + 2, 1);
  await b.until(() => b.bodies().length === length + 2);
  expect(b.bodies().map(text)).toEqual([...Array(length + 2).keys()].map((i) => String(i + 1)));
  expect(await say(b, 1, 1)).toEqual([length + 5]);
});

it("a node that is slow to hear finds out what there is before it says what there is not", async () => {
  const [a] = await pair();
  const view = nodes.node(1).store as unknown as Record<"pull" | "caughtUp", (log: string) => unknown>;
  const pull = view.pull.bind(view);
  view.pull = () => undefined;
  view.caughtUp = async (log) => pull(log);
  const [seq = 0] = await say(a, 1, 1);
  const made = await a.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
  await a.call("Session.open", member(1, { session: uuid(3) }));
  const c = await nodes.connect(1);
  const token = secret(101);
  expect(await c.call("Session.resume", { session: uuid(2), token, after: seq })).toMatchObject({ seq });
  expect(await c.call("Session.resume", { session: uuid(3), token, after: 1 })).toMatchObject({ seq: 1 });
  view.pull = (log) => (log === "registry" ? undefined : pull(log));
  const claimed = await c.call("Invitation.claim", { nameplate: made.nameplate, claim: secret(5, 16) });
  expect(claimed).toMatchObject({ session: made.session });
});

it("a node that hears of damage serves nothing of the group any more, and says so", async () => {
  const [, b] = await pair();
  const log = nodes.memory.logs.get(LOG);
  if (log === undefined) throw new Error("no log");
  // As an engine does that was put back to an older state.
  log.last = 1;
  log.records.length = 1;
  await b.call("Session.resume", { session: uuid(2), token: secret(102), after: 0 }).catch(() => undefined);
  const again = b.call("Session.resume", { session: uuid(2), token: secret(102), after: 0 });
  await expect(again).rejects.toThrow("relay.damaged");
});
