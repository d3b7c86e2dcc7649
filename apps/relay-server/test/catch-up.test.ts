import { startRelay } from "@countersign/relay-server";
import { expect, it } from "vitest";
import { body, Client, member, uuid } from "./client.ts";
import { unpaced } from "./unpaced.ts";

/** Together far above what may wait in memory for one connection. */
const MESSAGES = 8_000;
const UNDER_WAY = 200;

it("a member that comes back and reads quickly gets all that waited for it, small as the messages are", async () => {
  const relay = await startRelay({ limits: unpaced });
  const [sender, away] = [await Client.connect(relay.url), await Client.connect(relay.url)];
  await sender.call("Session.open", member(1));
  await away.call("Session.open", member(2));
  await away.cut();
  for (let cseq = 1; cseq <= MESSAGES; ) {
    const calls: Promise<unknown>[] = [];
    for (; calls.length < UNDER_WAY; cseq++) {
      const envelopes = [{ to: 0, body: body(`${cseq}`.padEnd(100)) }];
      calls.push(sender.call("Session.message", { session: uuid(2), cseq, envelopes }));
    }
    await Promise.all(calls);
  }

  const back = await Client.connect(relay.url);
  await back.call("Session.resume", { session: uuid(2), token: member(2).token, after: 1 });
  await back.until((events) => events.filter(({ name }) => name === "message").length === MESSAGES);
  expect(new Set(back.bodies()).size).toBe(MESSAGES);
  for (const client of [sender, back]) await client.close();
  await relay.close();
});
