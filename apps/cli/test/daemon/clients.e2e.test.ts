import { fileURLToPath } from "node:url";
import jayson from "jayson/promise/index.js";
import { describe, expect, it } from "vitest";
import { DaemonProcess, placeOf, pythonWith, run } from "./daemon-process.ts";

const curl = placeOf("curl");
const litecoinCli = placeOf("litecoin-cli");
const python = pythonWith("jsonrpclib");
const alice = ["-rpcuser=alice", "-rpcpassword=p4ss"];
const pong = {
  bridge_alive: true,
  version: expect.any(String),
  transports: ["websocket"],
  uptime_sec: expect.any(Number),
  capabilities: expect.arrayContaining(["ping", "version"]),
};

describe.skipIf(curl === undefined)("curl (needs curl)", () => {
  // As the documentation that these methods come from prints it: another method, all else as it stands.
  const line = (method: string, params: string) => `curl --user "$RPC_USER:$RPC_PASS" \\
--data-binary '{"jsonrpc":"1.0","id":"docs","method":"${method}","params":${params}}' \\
-H 'content-type: text/plain;' \\
http://127.0.0.1:$PORT/`;

  it.each([
    ["help", '["\\"cosign.ping\\""]', { result: expect.stringMatching(/^cosign\.ping\n/), error: null, id: "docs" }],
    ["cosign.ping", "[]", { result: pong, error: null, id: "docs" }],
    [
      "cosign.nonsense",
      '["\\"<session_id>\\"",false]',
      { result: null, error: { code: -32601, message: "Method not found" }, id: "docs" },
    ],
  ])("calls %s with the arguments %s", async (method, params, answer) => {
    const { port } = await DaemonProcess.serving(alice);
    const env = { RPC_USER: "alice", RPC_PASS: "p4ss", PORT: String(port) };
    const { stdout } = await run("sh", ["-c", line(method, params)], { env });
    expect(JSON.parse(stdout)).toEqual(answer);
  });
});

describe.skipIf(litecoinCli === undefined)(
  "the command line of a node (needs litecoin-cli, of the package litecoind)",
  () => {
    const cli = (daemon: DaemonProcess, ...words: string[]) =>
      run(litecoinCli ?? "", [`-datadir=${daemon.datadir}`, `-rpcport=${daemon.port}`, ...words]);

    it("calls by the cookie: ping, version, help, getrpcinfo, stop", async () => {
      const daemon = await DaemonProcess.serving();
      expect(JSON.parse((await cli(daemon, "cosign.ping")).stdout)).toEqual(pong);
      expect(JSON.parse((await cli(daemon, "cosign.version")).stdout)).toMatchObject({ api_version: 1 });
      expect((await cli(daemon, "help")).stdout).toMatch(/^== Control ==\n/);
      expect((await cli(daemon, "help", "cosign.ping")).stdout).toMatch(/^cosign\.ping\n/);
      expect((await cli(daemon, "-named", "help", "command=cosign.ping")).stdout).toMatch(/^cosign\.ping\n/);
      expect(JSON.parse((await cli(daemon, "getrpcinfo")).stdout)).toMatchObject({
        active_commands: [{ method: "getrpcinfo" }],
      });
      expect((await cli(daemon, "uptime")).stdout).toMatch(/^\d+\n$/);
      expect(await cli(daemon, "stop")).toMatchObject({ status: 0, stdout: "Countersign stopping\n" });
      expect(await daemon.program.exit).toBe(0);
    });

    it("calls by a password, and ends with the number of an error", async () => {
      const daemon = await DaemonProcess.serving(alice);
      expect((await cli(daemon, "-rpcuser=alice", "-rpcpassword=p4ss", "uptime")).status).toBe(0);
      expect(await cli(daemon, "-rpcuser=alice", "-rpcpassword=p4ss", "nonsense")).toEqual({
        status: 32_601 % 256,
        stdout: "",
        stderr: "error code: -32601\nerror message:\nMethod not found\n",
      });
      expect(await cli(daemon, "-rpcuser=alice", "-rpcpassword=wrong", "uptime")).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("Authorization failed"),
      });
    });

    it("prints what our own prints", async () => {
      const daemon = await DaemonProcess.serving();
      for (const words of [
        ["cosign.version"],
        ["help"],
        ["help", "x"],
        ["rpc.discover"],
        ["nonsense"],
        ["help", "a", "b"],
      ]) {
        expect([words, await daemon.rpc(...words)]).toEqual([words, await cli(daemon, ...words)]);
      }
    });
  },
);

describe.skipIf(python === undefined)("a client in Python (needs python3-jsonrpclib-pelix)", () => {
  it("calls one by one, in batches, and by both versions", async () => {
    const { port } = await DaemonProcess.serving(alice);
    const script = fileURLToPath(new URL("pelix_client.py", import.meta.url));
    const url = `http://alice:p4ss@127.0.0.1:${port}/`;
    const { stdout, stderr } = await run(python ?? "", [script, url], { env: { PYTHONDONTWRITEBYTECODE: "1" } });
    expect([stderr, JSON.parse(stdout)]).toEqual([
      "",
      {
        "1.0": { ping: pong, help: expect.stringMatching(/^cosign\.ping\n/), unknown: 404 },
        "2.0": { ping: pong, help: expect.stringMatching(/^cosign\.ping\n/), unknown: -32601 },
        batch: [expect.any(Number), pong],
        named: expect.stringMatching(/^cosign\.ping\n/),
        // What a node answers, and this client takes for a fault.
        notified: 204,
      },
    ]);
  });
});

describe("a client for Node of somebody else, jayson", () => {
  it.each([1, 2])("calls by version %i", async (version) => {
    const { port } = await DaemonProcess.serving(alice);
    const client = jayson.Client.http({ host: "127.0.0.1", port, auth: "alice:p4ss", version });
    expect((await client.request("cosign.ping", [])).result).toEqual(pong);
    expect((await client.request("help", ["uptime"])).result).toMatch(/^uptime\n/);
  });

  it("calls by name, in batches, and without wanting an answer", async () => {
    const { port } = await DaemonProcess.serving(alice);
    const client = jayson.Client.http({ host: "127.0.0.1", port, auth: "alice:p4ss" });
    expect((await client.request("help", { command: "uptime" })).result).toMatch(/^uptime\n/);
    expect((await client.request("nonsense", [])).error).toEqual({ code: -32601, message: "Method not found" });
    const batch = [client.request("uptime", [], undefined, false), client.request("cosign.ping", [], undefined, false)];
    expect(await client.request(batch)).toMatchObject([{ result: expect.any(Number) }, { result: pong }]);
    // Its types do not know its own way to want no answer.
    const nobody = null as unknown as undefined;
    expect(await client.request("uptime", [], nobody)).toBeUndefined();
  });
});
