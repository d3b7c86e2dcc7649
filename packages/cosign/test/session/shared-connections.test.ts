import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { confirmAll, eventually, gather, TestDaemon } from "./daemons.ts";
import { leftOver, serve } from "./left-over.ts";

/** More than there are connections: some sessions share one. */
const SESSIONS = 20;

/** Two daemons, and their sessions, in all of which messages may flow. */
async function talking(url: string) {
  const [alice, bob] = [new TestDaemon(url), new TestDaemon(url)];
  leftOver.push(() => Promise.all([alice.stop(), bob.stop()]));
  const ids: string[] = [];
  for (let i = 0; i < SESSIONS; i++) {
    const id = await gather([alice, bob]);
    await confirmAll(id, [alice, bob]);
    ids.push(id);
  }
  return { alice, bob, ids };
}

describe("sessions that share connections", () => {
  it("end one by one, and the others go on", async () => {
    const { url } = await serve();
    const { alice, bob, ids } = await talking(url);
    const [first = "", second = "", ...rest] = ids;
    await alice.call("close", first);
    await eventually(() => bob.call("status", first)).toMatchObject({ state: "closed" });
    // One that fails does not take the others along either.
    await alice.call("confirm_sas", second, false);
    await eventually(() => bob.call("status", second)).toMatchObject({ state: expect.stringMatching(/closed|failed/) });
    for (const id of rest) {
      await alice.call("send", id, { id });
      expect(await bob.call("recv", id)).toMatchObject({ payload: { id } });
    }
  });

  it("all come back when the relay does", async () => {
    const data = await mkdtemp(join(tmpdir(), "countersign-cosign-"));
    leftOver.push(() => rm(data, { recursive: true }));
    const first = await serve({ data });
    const { alice, bob, ids } = await talking(first.url);
    await first.close();
    const sent = ids.map((id) => alice.call("send", id, { id }));
    await serve({ data, port: Number(new URL(first.url).port) });
    await Promise.all(sent);
    for (const id of ids) expect(await bob.call("recv", id)).toMatchObject({ payload: { id } });
    // While there is a relay that can be told.
    await Promise.all([alice.stop(), bob.stop()]);
  });
});
