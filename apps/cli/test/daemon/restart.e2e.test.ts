import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DaemonProcess } from "./daemon-process.ts";
import { folder } from "./serving.ts";

let relay: RunningRelay;
beforeEach(async () => {
  relay = await startRelay();
});
afterEach(() => relay.close());

/** Looks until it is so: on a machine that does much else, too. */
const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 30_000 });

type Result = Readonly<Record<string, unknown>>;

async function ask(daemon: DaemonProcess, method: string, ...words: readonly string[]): Promise<Result> {
  const { status, stdout, stderr } = await daemon.rpc(`cosign.${method}`, ...words);
  expect([stderr, status]).toEqual(["", 0]);
  return JSON.parse(stdout);
}

const serving = (datadir?: string) => DaemonProcess.serving([`-relay=${relay.url}`], datadir);

async function again(daemon: DaemonProcess, signal: NodeJS.Signals): Promise<DaemonProcess> {
  daemon.program.kill(signal);
  await daemon.program.exit;
  return await serving(daemon.datadir);
}

async function active(): Promise<{ alice: DaemonProcess; bob: DaemonProcess; id: string }> {
  const [alice, bob] = [await serving(), await serving()];
  const made = await ask(alice, "init");
  const id = String(made["session_id"]);
  await ask(bob, "join", String(made["invite_code"]));
  const { sas } = await ask(alice, "handshake_auto", id);
  await ask(bob, "handshake_auto", id);
  await ask(bob, "confirm_sas", id, String(sas));
  await ask(alice, "confirm_sas", id, String(sas));
  await eventually(() => ask(bob, "status", id)).toMatchObject({ state: "active" });
  return { alice, bob, id };
}

const isActive = async (daemon: DaemonProcess, id: string) => {
  const { stdout } = await daemon.rpc("cosign.status", id);
  return stdout.includes('"state": "active"');
};

describe.each([["SIGKILL"], ["SIGTERM"]] as const)("two daemons that are ended by %s", (signal) => {
  it("between send and recv lose no message and double none", async () => {
    let { alice, bob, id } = await active();
    await ask(alice, "send", id, '{"n":1}');
    alice = await again(alice, signal);
    await eventually(() => isActive(alice, id)).toBe(true);
    expect(await ask(alice, "send", id, '{"n":2}')).toEqual({ ok: true, seq: 2 });
    bob = await again(bob, signal);
    await eventually(() => isActive(bob, id)).toBe(true);
    expect(await ask(bob, "recv", id, "20000")).toEqual({ payload: { n: 1 }, from: 1, seq: 1 });
    expect(await ask(bob, "recv", id, "20000")).toEqual({ payload: { n: 2 }, from: 1, seq: 2 });
    expect(await ask(bob, "recv", id, "500")).toEqual({ timeout: true });
    await ask(bob, "send", id, '{"n":3}');
    expect(await ask(alice, "recv", id, "20000")).toMatchObject({ payload: { n: 3 } });
    await ask(alice, "close", id);
    expect(readdirSync(join(alice.datadir, "sessions"))).toEqual([]);
  });
});

describe("what a daemon keeps", () => {
  it("is for its user only", async () => {
    const alice = await serving();
    await ask(alice, "init");
    const kept = [
      "sessions.key",
      ...readdirSync(join(alice.datadir, "sessions")).map((name) => join("sessions", name)),
    ];
    expect(kept.length).toBeGreaterThan(1);
    for (const name of kept) expect(statSync(join(alice.datadir, name)).mode & 0o077).toBe(0);
    expect(statSync(join(alice.datadir, "sessions")).mode & 0o077).toBe(0);
  });

  it("is sealed by a passphrase where there is one, and opens by it again", async () => {
    const datadir = folder();
    const secrets = folder();
    writeFileSync(join(secrets, "countersign-passphrase"), "correct horse\n");
    const start = () => DaemonProcess.serving([`-relay=${relay.url}`], datadir, { CREDENTIALS_DIRECTORY: secrets });
    const alice = await start();
    const { session_id } = await ask(alice, "init");
    expect(readdirSync(datadir)).toContain("sessions.key.age");
    alice.program.kill();
    await alice.program.exit;
    const next = await start();
    await eventually(async () => (await next.rpc("cosign.status", String(session_id))).stdout).toContain(
      '"state": "waiting"',
    );
  });
});
