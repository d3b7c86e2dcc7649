import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { body, Client, member, text, uuid } from "../client.ts";
import { RelayProcess } from "../relay-process.ts";
import { describeEngines, type RedisServer } from "./redis-server.ts";

const message = (cseq: number) => ({ session: uuid(2), cseq, envelopes: [{ to: 0, body: body(`m${cseq}`) }] });

/** Waits until a page is answered with a status, and asks no more often than one address may. */
async function status(url: string, expected: number): Promise<void> {
  await vi.waitUntil(async () => (await fetch(url)).status === expected, { timeout: 20_000, interval: 100 });
}

describeEngines("a relay whose engine goes away", (program) => {
  let engine: RedisServer;
  let relay: RelayProcess & { readonly url: string };
  beforeEach(async () => {
    engine = await program.started();
    relay = await RelayProcess.serving(["--listen", "127.0.0.1:0", "--store", engine.url]);
  });
  afterEach(async () => {
    await relay.kill("SIGKILL");
    await engine.remove();
  });

  it("refuses with an error that clients try again, says so, and loses nothing that it has acknowledged", async () => {
    const http = relay.url.replace("ws:", "http:");
    const a = await Client.connect(relay.url);
    await a.call("Session.open", member(1));
    expect(await a.call("Session.message", message(1))).toEqual({ seq: 2 });
    await status(`${http}/readyz`, 200);
    await engine.kill();
    await status(`${http}/readyz`, 503);
    expect(await (await fetch(`${http}/metrics`)).text()).toContain("countersign_relay_store_works 0");
    await expect(a.call("Session.message", message(2))).rejects.toThrow("relay.unavailable");
    // It lives all the same.
    expect((await fetch(`${http}/healthz`)).status).toBe(200);
    await engine.start();
    await status(`${http}/readyz`, 200);
    expect(await (await fetch(`${http}/metrics`)).text()).toContain("countersign_relay_store_works 1");
    expect(await a.call("Session.message", message(2))).toEqual({ seq: 3 });
    await a.close();

    const b = await Client.connect(relay.url);
    await b.call("Session.open", member(2));
    await b.until(() => b.bodies().length === 2);
    expect(b.bodies().map(text)).toEqual(["m1", "m2"]);
    await b.close();
    // Neither what it says nor what it counts names anything of a client or of the engine.
    expect(relay.stderr).toContain("the engine cannot be reached");
    expect(relay.stderr).not.toMatch(/redis\.sock|127\.0\.0\.1|00000000-/);
  });

  it("ends when it is told to, although nobody answers", async () => {
    await engine.kill();
    expect((await relay.kill("SIGTERM")).code).toBe(0);
  });
});
