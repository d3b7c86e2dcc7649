import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { body, Client, member, secret, uuid } from "./client.ts";
import { RelayProcess } from "./relay-process.ts";

let directory: string;
const running: RelayProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((relay) => relay.kill("SIGKILL")));
  rmSync(directory, { recursive: true, force: true });
});

const run = (args: readonly string[], environment?: NodeJS.ProcessEnv) => {
  const relay = new RelayProcess(args, environment);
  running.push(relay);
  return relay;
};

const serve = async (...args: string[]) => {
  const relay = await RelayProcess.serving(["--listen", "127.0.0.1:0", ...args]);
  running.push(relay);
  return relay;
};

describe("countersign-relay", () => {
  it("serves, says where in one line, and stops on SIGTERM and SIGINT", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const relay = await serve("--data", join(directory, "data"));
      const client = await Client.connect(relay.url);
      await client.call("Session.open", member(1));
      const closed = client.closed();
      const { code, stdout, stderr } = await relay.kill(signal);
      expect(await closed).toBe(1012);
      expect(code).toBe(0);
      expect(stdout).toBe(`listening on ${relay.url}\n`);
      expect(stdout).toMatch(/^listening on ws:\/\/127\.0\.0\.1:\d+\n$/);
      for (const line of stderr.trim().split("\n")) expect(JSON.parse(line)).toMatchObject({ level: 30 });
    }
    expect(statSync(join(directory, "data")).mode & 0o777).toBe(0o700);
  });

  it("says in one sentence why it cannot start", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const first = await serve("--data", directory);
    const file = join(directory, "file");
    writeFileSync(file, "");
    const cases: [string[], number, RegExp][] = [
      [["--ephemeral", "--listen", `127.0.0.1:${port}`], 1, /^cannot listen on 127\.0\.0\.1:\d+: the port is taken$/],
      [["--data", directory], 1, /^the data directory .+ is in use by another relay$/],
      [["--data", join(file, "inside")], 1, /^cannot write to the data directory /],
      [["--listen", "nowhere"], 2, /^--listen must be HOST:PORT, like /],
    ];
    await Promise.all(
      cases.map(async ([args, status, sentence]) => {
        const { code, stdout, stderr } = await run(args, { XDG_STATE_HOME: directory }).exit();
        expect([args, code, stdout]).toEqual([args, status, ""]);
        const [line = "", ...more] = stderr.trim().split("\n");
        expect(line.replace("countersign-relay: ", "")).toMatch(sentence);
        expect(more.filter((other) => !other.startsWith("To specify"))).toEqual([]);
      }),
    );
    expect((await first.kill("SIGTERM")).code).toBe(0);
    taken.close();
  });

  it("explains itself", async () => {
    const help = await run(["--help"]).exit();
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const option of ["--listen", "--data", "--ephemeral", "--config", "--log-level"]) {
      expect(help.stdout).toContain(option);
    }
    expect(await run(["--version"]).exit()).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  it("makes an access token that its file admits, and reads the file again on SIGHUP", async () => {
    const made = await run(["token", "--for", "alice"]).exit();
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const [token = "", line = "", ...more] = made.stdout.split("\n");
    expect(more).toEqual([""]);
    const file = join(directory, "access-tokens");
    writeFileSync(file, "# nobody\n");
    const relay = await serve("--ephemeral", "--access-tokens", file, "--log-level", "trace");
    const connect = () => Client.connect(relay.url, { access: token });
    await expect(connect()).rejects.toThrow("401");
    writeFileSync(file, line);
    const isRead = async (sentence: string) => {
      while (!relay.stderr.includes(sentence)) await once(relay.child.stderr as Readable, "data");
    };
    relay.child.kill("SIGHUP");
    await isRead("were read again");
    const client = await connect();
    expect((await client.call("Relay.info", {})).name).toBe("countersign-relay");
    await client.close();
    rmSync(file);
    relay.child.kill("SIGHUP");
    await isRead("stay as they were");
    await (await connect()).close();
    const { code, stdout, stderr } = await relay.kill("SIGTERM");
    expect(code).toBe(0);
    for (const secret of [token, line]) expect(stdout + stderr).not.toContain(secret);
  });

  it("reads the environment and a file; flags come first, then the environment", async () => {
    const state = join(directory, "state");
    writeFileSync(join(directory, "relay.toml"), 'listen = "127.0.0.1:1"\nsession-life = 60\nlog-level = "silent"\n');
    const relay = run(["--listen", "127.0.0.1:0"], {
      COUNTERSIGN_RELAY_CONFIG: join(directory, "relay.toml"),
      COUNTERSIGN_RELAY_SESSION_LIFE: "61",
      XDG_STATE_HOME: state,
    });
    const [line] = await once(relay.child.stdout as NonNullable<typeof relay.child.stdout>, "data");
    const client = await Client.connect(String(line).trim().replace("listening on ", ""));
    expect((await client.call("Relay.info", {})).limits.sessionLife).toBe(61);
    expect(readdirSync(join(state, "countersign-relay"))).toContain("relay.db");
    await client.close();
    expect(await relay.kill("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
  });

  it("writes nothing at all with --ephemeral", async () => {
    const relay = run(["--listen", "127.0.0.1:0", "--ephemeral"], { XDG_STATE_HOME: directory });
    await once(relay.child.stdout as NonNullable<typeof relay.child.stdout>, "data");
    expect((await relay.kill("SIGTERM")).code).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("leaves neither tokens nor claims nor nameplates nor addresses behind, in its files or its log", async () => {
    const data = join(directory, "data");
    const relay = await serve("--data", data, "--log-level", "trace");
    const client = await Client.connect(relay.url);
    const invited = await client.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
    await client.call("Invitation.claim", { nameplate: invited.nameplate, claim: secret(50, 16) });
    const { group, session } = invited;
    await client.call("Session.open", member(1, { group, session }));
    await client.call("Session.open", member(2, { group, session, claim: secret(50, 16) }));
    await client.call("Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: body("canary in a body") }] });
    await client.call("Session.resume", { session, token: secret(101), after: 0 });
    await client.call("Session.abort", { session, reason: "x" });
    const stored = () =>
      readdirSync(data)
        .map((name) => readFileSync(join(data, name), "latin1"))
        .join();
    const whileRunning = stored();
    const { stderr } = await relay.kill("SIGTERM");
    const secrets = [secret(101), secret(102), secret(50, 16)].flatMap((encoded) => {
      const bytes = Buffer.from(encoded, "base64url");
      return [encoded, bytes.toString("latin1"), bytes.toString("hex"), bytes.toString("base64")];
    });
    for (const found of [...secrets, "127.0.0.1"]) {
      expect(whileRunning).not.toContain(found);
      expect(stored()).not.toContain(found);
      expect(stderr).not.toContain(found);
    }
    // What is looked for can be found: the body is kept as it came, until it is not needed.
    expect(whileRunning).toContain(body("canary in a body"));
    for (const found of [body("canary in a body"), `"${invited.nameplate}"`, group, session, uuid(1)]) {
      expect(stderr).not.toContain(found);
    }
  });
});
