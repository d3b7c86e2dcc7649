import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OriginalClient, Rounds } from "./original-client.ts";

const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));

interface Session {
  readonly uuid: string;
  readonly kind: string;
  readonly value: unknown;
}

/** What a party says in a round to all, or to one. */
const words = (round: number, from: number, to = 0) => ({ text: `${round}: ${from} to ${to}`, big: "x".repeat(2_000) });

/** A party makes keys: four rounds, the third from each to each. */
async function keygen(client: OriginalClient, { group, session }: { group: string; session: string }, parties: number) {
  const place = [group, session, "keygen"] as const;
  const rounds = new Rounds(client, place, parties - 1);
  const everybody = client.event<string>("sessionSignup");
  const closed = client.event<number[]>("sessionClosed");
  const number = await client.rpc<number>("Session.signup", [...place]);
  expect(await everybody).toBe(session);
  const others = Array.from({ length: parties }, (_, i) => i + 1).filter((other) => other !== number);
  for (const round of [1, 2, 3, 4]) {
    const isPrivate = round === 3;
    const messages = isPrivate
      ? others.map((other) => ({ sender: number, receiver: other, body: words(round, number, other) }))
      : [{ sender: number, body: words(round, number) }];
    const received = await rounds.run(round, messages);
    expect(received.map(({ sender, receiver, body }) => [sender, receiver, body])).toEqual(
      others.map((other) => [other, isPrivate ? number : null, words(round, other, isPrivate ? number : 0)]),
    );
  }
  expect(await client.rpc("Session.finish", [group, session, number])).toBeUndefined();
  expect(await closed).toEqual([...others, number].sort((a, b) => a - b));
  client.removeAllListeners("sessionMessage");
  return number;
}

/** A party signs with the share of index `key`: those that sign tell each other their indices first. */
async function sign(
  client: OriginalClient,
  { group, session }: { group: string; session: string },
  { key, signers }: { key: number; signers: number },
) {
  const place = [group, session, "sign"] as const;
  const rounds = new Rounds(client, place, signers - 1);
  const everybody = client.event<string>("sessionSignup");
  const number = await client.rpc<number>("Session.signup", [...place]);
  await everybody;
  const told = await rounds.run(0, [{ sender: number, body: key }]);
  const keys = [key, ...told.map(({ body }) => body as number)].sort((a, b) => a - b);
  const index = keys.indexOf(key) + 1;
  expect(await client.rpc("Session.participant", [group, session, index, number])).toBeUndefined();
  // Nobody speaks to an index that its party has not named yet.
  await rounds.run(100, [{ sender: index, body: "ready" }]);
  const others = keys.map((_, i) => i + 1).filter((other) => other !== index);
  for (const round of [1, 2, 3, 4, 5, 6, 8]) {
    const isPrivate = round === 2;
    const messages = isPrivate
      ? others.map((other) => ({ sender: index, receiver: other, body: words(round, index, other) }))
      : [{ sender: index, body: words(round, index) }];
    const received = await rounds.run(round, messages);
    expect(received.map(({ sender, body }) => [sender, body])).toEqual(
      others.map((other) => [other, words(round, other, isPrivate ? index : 0)]),
    );
  }
  const closed = client.event<number[]>("sessionClosed");
  await client.rpc("Session.finish", [group, session, number]);
  expect(await closed).toHaveLength(signers);
}

describe.each([
  ["in memory", {}],
  ["on disk", { data: directory }],
])("a client of the original library, with a relay %s", (_, options) => {
  let relay: RunningRelay;
  beforeEach(async () => {
    relay = await startRelay(options);
  });
  afterEach(async () => {
    await relay.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    [2, 1],
    [3, 1],
    [5, 2],
  ])("makes keys with %i parties, and signs with more than %i", async (parties, threshold) => {
    const clients = Array.from({ length: parties }, () => new OriginalClient(`${relay.url}/mpc`));
    await Promise.all(clients.map((client) => client.connect()));
    const [first, ...others] = clients as [OriginalClient, ...OriginalClient[]];
    const group = await first.rpc<string>("Group.create", ["family", { parties, threshold }]);
    for (const client of others) {
      expect(await client.rpc("Group.join", group)).toMatchObject({ label: "family", params: { parties, threshold } });
    }
    const invited = Promise.all(others.map((client) => client.event<Session>("sessionCreate")));
    const { uuid } = await first.rpc<Session>("Session.create", [group, "keygen"]);
    for (const session of await invited) expect(session).toEqual({ uuid, kind: "keygen", value: null });
    for (const client of others) await client.rpc("Session.join", [group, uuid, "keygen"]);
    const numbers = await Promise.all(clients.map((client) => keygen(client, { group, session: uuid }, parties)));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: parties }, (_, i) => i + 1));

    // The last ones sign; the first one proposes, and is told unless it takes part.
    const signers = threshold + 1;
    const proposed = Promise.all(others.map((client) => client.event<object>("notifyProposal")));
    const session = await first.rpc<Session>("Session.create", [group, "sign", { message: "pay" }]);
    await first.rpc("Notify.proposal", [group, session.uuid, "p1", "pay"]);
    for (const proposal of await proposed) {
      expect(proposal).toEqual({ sessionId: session.uuid, proposalId: "p1", message: "pay" });
    }
    const signing = clients.slice(-signers);
    await Promise.all(
      signing.map(async (client) => {
        const key = numbers[clients.indexOf(client)] ?? 0;
        await client.rpc("Session.join", [group, session.uuid, "sign"]);
        await sign(client, { group, session: session.uuid }, { key, signers });
      }),
    );
    const told = Promise.all(clients.slice(0, -signers).map((client) => client.event("notifySigned")));
    expect(await signing[0]?.rpc("Notify.signed", [group, session.uuid, { signature: "s" }])).toBeUndefined();
    for (const value of await told) expect(value).toEqual({ signature: "s" });
  });
});
