import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { body, Client, member, secret, text, uuid } from "../client.ts";
import { RelayProcess } from "../relay-process.ts";

let directory: string;
const running: RelayProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((relay) => relay.kill("SIGKILL")));
  rmSync(directory, { recursive: true, force: true });
});

async function serve(name: string): Promise<RelayProcess & { url: string }> {
  const relay = await RelayProcess.serving(["--listen", "127.0.0.1:0", "--data", join(directory, name)]);
  running.push(relay);
  return relay;
}

/** The folder `data` under another name, where a copy may stand beside it. */
const copy = (name: string) => cpSync(join(directory, "data"), join(directory, name), { recursive: true });

describe("a copy of the data folder, as the README says to make it", () => {
  it.each([
    [
      "while the relay is stopped",
      async (relay: RelayProcess) => {
        expect((await relay.kill("SIGTERM")).code).toBe(0);
        copy("restored");
      },
    ],
    [
      "at one moment, by a snapshot of the file system",
      async (relay: RelayProcess) => {
        relay.child.kill("SIGSTOP");
        copy("restored");
        relay.child.kill("SIGCONT");
      },
    ],
  ])("made %s, has everything that was acknowledged", async (_, back) => {
    const relay = await serve("data");
    const alice = await Client.connect(relay.url);
    await alice.call("Session.open", member(1));
    const said = Array.from({ length: 20 }, (_, i) => `message ${i + 1}`);
    for (const [i, words] of said.entries()) {
      const envelopes = [{ to: 0, body: body(words) }];
      await alice.call("Session.message", { session: uuid(2), cseq: i + 1, envelopes });
    }
    await back(relay);

    const { url } = await serve("restored");
    const [again, bob] = [await Client.connect(url), await Client.connect(url)];
    const resumed = await again.call("Session.resume", { session: uuid(2), token: secret(101), after: 1 });
    expect(resumed).toMatchObject({ number: 1, seq: 1 + said.length });
    expect(await bob.call("Session.open", member(2))).toMatchObject({ number: 2 });
    await bob.until(() => bob.bodies().length === said.length);
    expect(bob.bodies().map(text)).toEqual(said);
    await Promise.all([alice.close(), again.close(), bob.close()]);
  });
});
