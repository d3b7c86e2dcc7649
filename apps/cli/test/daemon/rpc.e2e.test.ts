import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { DaemonProcess, rpc, run } from "./daemon-process.ts";
import { folder } from "./serving.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A node that answers with these texts, one after the other and the last one again; and what it was sent. */
async function answering(...texts: readonly string[]) {
  const sent: { readonly path: string | undefined; readonly body: object; readonly user: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const user = Buffer.from((request.headers.authorization ?? "").slice(6), "base64").toString();
    sent.push({ path: request.url, body: JSON.parse(body), user });
    response.end(texts[Math.min(sent.length, texts.length) - 1]);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, sent, args: [`-datadir=${folder()}`, `-rpcport=${port}`, "-rpcuser=u", "-rpcpassword=p"] };
}

const result = (text: string) => `{"jsonrpc":"2.0","result":${text},"id":1}`;
const error = (text: string) => `{"jsonrpc":"2.0","error":${text},"id":1}`;

describe("countersign rpc prints", () => {
  it.each([
    ['"text"', "text\n"],
    ['"two\\nlines"', "two\nlines\n"],
    // A text that holds JSON is a text.
    ['"{\\"a\\":1}"', '{"a":1}\n'],
    ['""', "\n"],
    ["null", ""],
    ["true", "true\n"],
    ["5", "5\n"],
    ["0.10000000", "0.10000000\n"],
    ["18446744073709551615", "18446744073709551615\n"],
    ["[]", "[\n]\n"],
    ["{}", "{\n}\n"],
    ['{"a":[1.0,{"b":null}],"c":{}}', '{\n  "a": [\n    1.0,\n    {\n      "b": null\n    }\n  ],\n  "c": {\n  }\n}\n'],
  ])("%s", async (text, printed) => {
    const { args } = await answering(result(text));
    expect(await rpc([...args, "anything"])).toEqual({ status: 0, stdout: printed, stderr: "" });
  });

  it.each([
    ['{"code":-8,"message":"No"}', "error code: -8\nerror message:\nNo\n", 8],
    ['{"code":-32601,"message":"Method not found"}', "error code: -32601\nerror message:\nMethod not found\n", 89],
    ['{"message":"Only words"}', "error message:\nOnly words\n", 1],
    ['"a text"', 'error: "a text"\n', 1],
  ])("the error %s", async (text, printed, status) => {
    const { args } = await answering(error(text));
    expect(await rpc([...args, "anything"])).toEqual({ status, stdout: "", stderr: printed });
  });
});

describe("countersign rpc sends", () => {
  it.each<[words: string[], params: unknown]>([
    [[], []],
    [
      ["a", "5", "true", '{"b":1}', "-x", "--y", ""],
      ["a", "5", "true", '{"b":1}', "-x", "--y", ""],
    ],
  ])("%j by position", async (words, params) => {
    const { args, sent } = await answering(result("null"));
    await rpc([...args, "method", ...words]);
    expect(sent).toEqual([{ path: "/", user: "u:p", body: { jsonrpc: "2.0", id: 1, method: "method", params } }]);
  });

  it.each<[words: string[], params: unknown]>([
    [["a=1", "b=x=y", "c="], { a: "1", b: "x=y", c: "" }],
    [["first", "b=1", "second"], { b: "1", args: ["first", "second"] }],
  ])("%j by name", async (words, params) => {
    const { args, sent } = await answering(result("null"));
    await rpc([...args, "-named", "method", ...words]);
    expect(sent).toMatchObject([{ body: { params } }]);
  });

  it("lines of stdin as further arguments, and a password before them", async () => {
    const { args, sent } = await answering(result("null"));
    await rpc([...args, "-stdin", "method", "a"], "b\nc d\n");
    await rpc([...args, "-stdin", "-stdinrpcpass", "method", "a"], "other\nb\n");
    await rpc([...args, "-stdin"], "method\nb\n");
    expect(sent).toMatchObject([
      { user: "u:p", body: { params: ["a", "b", "c d"] } },
      { user: "u:other", body: { params: ["a", "b"] } },
      { user: "u:p", body: { method: "method", params: ["b"] } },
    ]);
  });

  it("to the wallet that was named", async () => {
    const { args, sent } = await answering(result("null"));
    await rpc([...args, "-rpcwallet=a b/c", "method"]);
    expect(sent).toMatchObject([{ path: "/wallet/a%20b%2Fc" }]);
  });

  it("where the file says, as the command line says", async () => {
    const { port, sent } = await answering(result("null"));
    const datadir = folder();
    writeFileSync(
      join(datadir, "countersign.conf"),
      `rpcconnect=localhost:${port}\nrpcuser=alice\nrpcpassword=secret\nrpcthreads=3\n`,
    );
    await rpc([`-datadir=${datadir}`, "--rpcconnect=127.0.0.1", `--rpcport=${port}`, "method"]);
    await rpc([`-datadir=${datadir}`, `-rpcconnect=127.0.0.1:${port}`, "method"]);
    expect(sent).toMatchObject([{ user: "alice:secret" }, { user: "alice:secret" }]);
  });
});

describe("countersign rpc waits", () => {
  it("for a node that is not ready yet", async () => {
    const warmUp = error('{"code":-28,"message":"Starting"}');
    const { args, sent } = await answering(warmUp, result('"there"'));
    expect(await rpc([...args, "-rpcwait", "method"])).toMatchObject({ status: 0, stdout: "there\n" });
    expect(sent.length).toBe(2);
  });

  it("for a daemon that is not there yet, which makes a new cookie when it comes", async () => {
    const { port } = await answering();
    servers.pop()?.close();
    const datadir = folder();
    const waiting = rpc([`-datadir=${datadir}`, `-rpcport=${port}`, "-rpcwait", "uptime"]);
    await DaemonProcess.serving([`-rpcport=${port}`], datadir);
    expect(await waiting).toMatchObject({ status: 0, stderr: "" });
  });

  it("not for ever, if it is told so", async () => {
    const { args } = await answering();
    servers.pop()?.close();
    const { status, stderr } = await rpc([...args, "-rpcwait", "-rpcwaittimeout=1", "method"]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: timeout on transient error: Could not connect/),
    ]);
  });

  it("not for an answer that takes longer than it may", async () => {
    const server = createServer(() => undefined);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const args = [`-datadir=${folder()}`, `-rpcport=${port}`, "-rpcuser=u", "-rpcpassword=p", "-rpcclienttimeout=1"];
    expect(await rpc([...args, "method"])).toEqual({
      status: 1,
      stdout: "",
      stderr: "error: timeout: no answer within 1 s\n",
    });
  });
});

describe("countersign rpc says on stderr, and ends with 1", () => {
  it.each<[args: string[], why: string | RegExp]>([
    [[], "error: too few parameters (need at least command)\n"],
    [["-nonsense", "method"], 'error: command line: there is no option "nonsense"\n'],
    [["-rpcauth=x", "method"], "error: command line: rpcauth is no option of the client\n"],
    [
      ["-rpcport=1", "-rpcuser=u", "-rpcpassword=p", "method"],
      /^error: Could not connect to the server 127\.0\.0\.1:1 \(ECONNREFUSED\)\n\nMake sure/,
    ],
    [["method"], /^error: Could not read the cookie file .*\.cookie\. Is the daemon running/],
    [["-norpccookiefile", "method"], "error: Nobody to call as: there is neither -rpcpassword nor a cookie file.\n"],
    [["-rpcconnect=a b", "method"], "error: rpcconnect is HOST or HOST:PORT\n"],
  ])("%j", async (args, why) => {
    const { status, stdout, stderr } = await rpc([`-datadir=${folder()}`, ...args]);
    expect([status, stdout]).toEqual([1, ""]);
    if (typeof why === "string") expect(stderr).toBe(why);
    else expect(stderr).toMatch(why);
  });

  it("that a password is wrong", async () => {
    const daemon = await DaemonProcess.serving();
    expect(await daemon.rpc("-rpcuser=u", "-rpcpassword=p", "uptime")).toEqual({
      status: 1,
      stdout: "",
      stderr: "error: Authorization failed: Incorrect rpcuser or rpcpassword\n",
    });
  });

  it.each(["", "<html>", "[]x", "5"])("that an answer is none: %s", async (text) => {
    const { args } = await answering(text);
    expect(await rpc([...args, "method"])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^error: /) });
  });
});

describe("the daemon as a process", () => {
  it("ends in order when it is told to", async () => {
    const { program } = await DaemonProcess.serving();
    program.kill("SIGTERM");
    expect(await program.exit).toBe(0);
    expect(program.stderr.text).toContain('"msg":"stopped"');
  });

  it("starts again where one was killed, with a new cookie", async () => {
    const first = await DaemonProcess.serving();
    first.program.kill("SIGKILL");
    await first.program.exit;
    const second = await DaemonProcess.serving([], first.datadir);
    expect(await second.rpc("uptime")).toMatchObject({ status: 0 });
  });

  it("says why it does not start", async () => {
    const { datadir } = await DaemonProcess.serving();
    const second = new DaemonProcess([], datadir).program;
    expect(await second.exit).toBe(1);
    expect(second.stderr.text).toBe(`countersign: the datadir ${datadir} is used by another countersign daemon`);
    const wrong = new DaemonProcess(["-rpcprot=1"]).program;
    expect(await wrong.exit).toBe(2);
    expect(wrong.stderr.text).toBe('countersign: command line: there is no option "rpcprot"');
    const stray = new DaemonProcess(["start"]).program;
    expect(await stray.exit).toBe(2);
  });

  it("explains its options, and those of its client", async () => {
    const help = new DaemonProcess(["-help"]).program;
    expect(await help.exit).toBe(0);
    expect(help.stdout.text).toContain("-rpcallowip=IP");
    expect(help.stdout.text).toMatch(/-rpcport=PORT +where to serve/);
    const { stdout } = await rpc(["-?"]);
    expect(stdout).toContain("-rpcwaittimeout=SECONDS");
    // Options of both say to each what they mean to it.
    expect(stdout).toMatch(/-rpcport=PORT +the port of the daemon/);
    expect(stdout).not.toMatch(/where to serve|is made/);
  });
});

describe("the examples of the help", () => {
  it.each([[[]], [["-rpcuser=alice", "-rpcpassword=p4ss"]]])("run as they are printed, with %j", async (args) => {
    const daemon = await DaemonProcess.serving(args);
    const secret = args.length > 0 ? "p4ss\n" : "";
    const bin = new URL("../../../../bin", import.meta.url).pathname;
    // Those that need no session. The last one ends the daemon.
    for (const name of ["help", "uptime", "getrpcinfo", "rpc.discover", "cosign.version", "cosign.ping", "stop"]) {
      const { stdout: text } = await daemon.rpc(...args, "help", name);
      const lines = [...text.matchAll(/^> (.*)$/gm)].map(([, line = ""]) => line);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of name === "stop" ? lines.slice(0, 1) : lines) {
        const { stdout, stderr } = await runAsTyped(line, secret, bin);
        expect([line, stdout === "" ? stderr : "", stdout]).toEqual([
          line,
          "",
          expect.not.stringMatching(/"error":\{/),
        ]);
      }
    }
    expect(await daemon.program.exit).toBe(0);
  });
});

/** Curl asks for a password on a terminal, so here it is told where the user would type it. */
function runAsTyped(line: string, secret: string, bin: string) {
  const told = line.replace("--user alice ", "--user alice:p4ss ");
  return run("sh", ["-c", told], { input: secret, env: { PATH: `${bin}:${process.env["PATH"]}` } });
}
