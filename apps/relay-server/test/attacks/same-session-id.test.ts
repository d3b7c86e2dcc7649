import { createMemoryStore } from "@countersign/relay";
import { expect, it } from "vitest";
import { member, secret, uuid } from "../client.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

/** A disk that takes its time. */
let written: Promise<unknown>;
const site = relayForEachTest(() => {
  const store = createMemoryStore();
  written = Promise.resolve();
  const append: typeof store.append = (log, entry, waiter) => {
    void written.then(() => store.append(log, entry, waiter));
  };
  return { store: { ...store, append } };
});

it("a session that is opened in two groups at once is one of the first, and nobody gets a place of it by the other", async () => {
  const [intruder, victim, friend] = [await site.connect(), await site.connect(), await site.connect()];
  let release = () => {};
  written = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Both are on their way before either is in a log.
  const elsewhere = intruder.call("Session.open", member(9, { group: uuid(8) }));
  const own = victim.call("Session.open", member(1));
  for (const client of [intruder, victim]) await client.call("Relay.info", {});
  release();
  const outcomes = await Promise.allSettled([elsewhere, own]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const refused = outcomes.find((outcome) => outcome.status === "rejected");
  expect(refused?.reason).toMatchObject({ code: "relay.parameters-differ" });

  const isTheirs = outcomes[0]?.status === "fulfilled";
  const [inside, outside] = isTheirs ? [intruder, victim] : [victim, intruder];
  const place = { session: uuid(2), cseq: 1, envelopes: [{ to: 0, body: "AAAA" }] };
  await expect(outside.call("Session.message", place)).rejects.toMatchObject({ code: "relay.not-a-member" });
  await friend.call("Session.open", member(2, isTheirs ? { group: uuid(8) } : {}));
  expect(await inside.call("Session.message", place)).toEqual({ seq: 3 });
  const resumed = { session: uuid(2), token: secret(isTheirs ? 101 : 109), after: 0 };
  await expect(outside.call("Session.resume", resumed)).rejects.toMatchObject({ code: "relay.unknown-token" });
});
