import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { createAllowedAddresses } from "../../src/daemon/http/allowed-addresses.ts";
import { httpLimits } from "../../src/daemon/http/server.ts";
import { http } from "./http.ts";
import { firstLine, raw } from "./raw-socket.ts";
import { serving, servingMethods } from "./serving.ts";

const uptime = '{"jsonrpc":"2.0","id":1,"method":"uptime"}';
describe("a wrong password", () => {
  it("is answered 401, a quarter of a second later", async () => {
    const { send, clock, log } = await serving();
    let isAnswered = false;
    const answer = send({ user: "__cookie__:wrong", body: uptime }).then((response) => {
      isAnswered = true;
      return response;
    });
    await clock.waitFor(1);
    expect(clock.due).toEqual([250]);
    clock.pass(249);
    expect(isAnswered).toBe(false);
    clock.pass(1);
    const { status, headers, text } = await answer;
    expect([status, headers["www-authenticate"], text]).toEqual([401, 'Basic realm="jsonrpc"', ""]);
    expect(log.lines.filter((line) => line.startsWith("warn"))).toEqual(["warn wrong credentials were shown {}"]);
  });

  it("is wrong on a connection on which the right one was shown before, too", async () => {
    const { url, clock, cookie } = await serving();
    const socket = raw(url);
    const post = (shown: string) =>
      `POST / HTTP/1.1\r\nhost: a\r\nauthorization: Basic ${btoa(shown)}\r\ncontent-length: ${uptime.length}\r\n\r\n${uptime}`;
    for (let again = 0; again < 2; again++) {
      socket.write(post(cookie()));
      expect(await firstLine(socket)).toBe("HTTP/1.1 200 OK");
    }
    socket.write(post("__cookie__:wrong"));
    await clock.waitFor(1);
    clock.pass(250);
    expect(await firstLine(socket)).toBe("HTTP/1.1 401 Unauthorized");
    socket.destroy();
  });

  it.each(["Basic", "Basic ", "Basic !!!", "Bearer x", `Basic ${btoa("no colon")}`, `Basic ${btoa(":")}`])(
    "is also %s",
    async (authorization) => {
      const { send, clock } = await serving();
      const answer = send({ headers: { authorization }, body: uptime });
      await clock.waitFor(1);
      clock.pass(250);
      expect((await answer).status).toBe(401);
    },
  );

  it("takes its time from others who guess, not from those who know it", async () => {
    const { send, clock, cookie } = await serving();
    const guesses = Array.from({ length: 20 }, () => send({ user: "a:b", body: uptime }));
    await clock.waitFor(httpLimits.wrongPasswords);
    expect((await send({ user: cookie(), body: uptime })).status).toBe(200);
    expect(clock.due.length).toBe(httpLimits.wrongPasswords);
    clock.pass(250);
    await clock.waitFor(4);
    clock.pass(250);
    expect((await Promise.all(guesses)).map(({ status }) => status)).toEqual(guesses.map(() => 401));
  });

  it("is not in the log, and neither is anything else that was shown", async () => {
    const { send, clock, log, cookie } = await serving(`-rpcauth=bob:5a17$${"0".repeat(64)}`, "-loglevel=debug");
    const answer = send({ user: "mallory:guess123", body: uptime });
    await clock.waitFor(1);
    clock.pass(250);
    await answer;
    await send({ user: cookie(), body: '{"id":"tell-nobody","method":"help","params":["private-thing"]}' });
    for (const secret of ["mallory", "guess123", "5a17", cookie().slice(-64), "tell-nobody", "private-thing", "/tmp"]) {
      expect(log.lines.join("\n")).not.toContain(secret);
    }
  });
});

describe("addresses", () => {
  it.each<[listed: string[], address: string | undefined, isAllowed: boolean]>([
    [[], "127.0.0.1", true],
    [[], "127.9.9.9", true],
    [[], "::1", true],
    [[], "::ffff:127.0.0.1", true],
    [[], "10.0.0.1", false],
    [[], "::2", false],
    [[], undefined, false],
    [[], "nonsense", false],
    [["10.0.0.1"], "10.0.0.1", true],
    [["10.0.0.1"], "::ffff:10.0.0.1", true],
    [["10.0.0.1"], "10.0.0.2", false],
    [["10.0.0.0/8"], "10.255.0.1", true],
    [["10.0.0.0/255.0.0.0"], "10.255.0.1", true],
    [["10.0.0.0/255.0.0.0"], "11.0.0.1", false],
    [["0.0.0.0/0"], "203.0.113.5", true],
    [["0.0.0.0/0"], "2001:db8::1", false],
    [["::/0"], "2001:db8::1", true],
    [["fd00::/8", "192.0.2.7"], "fd12::1", true],
    [["fd00::/8", "192.0.2.7"], "192.0.2.7", true],
  ])("with %j, %s: %s", (listed, address, isAllowed) => {
    expect(createAllowedAddresses(listed)(address)).toBe(isAllowed);
  });

  it("that may not connect are answered 403 whatever they ask", async () => {
    const { url, log } = await servingMethods([], { allowed: () => false });
    for (const path of ["/", "/x"]) {
      const { status, text } = await http(url, { user: "u:p", path, body: uptime });
      expect([status, text]).toEqual([403, ""]);
    }
    expect(log.lines).toContain("warn somebody connects from an address that is not allowed {}");
  });
});

describe("sizes", () => {
  const padded = (bytes: number) => `${uptime}${" ".repeat(bytes - uptime.length)}`;

  it("a body of 32 MiB is read, one byte more is answered 413, announced or not", async () => {
    const { send, url, cookie } = await serving();
    expect((await send({ body: padded(httpLimits.body) })).status).toBe(200);
    const socket = raw(url);
    const head = (line: string) =>
      `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${btoa(cookie())}\r\n${line}\r\n\r\n`;
    socket.write(head(`Content-Length: ${httpLimits.body + 1}`));
    expect(await firstLine(socket)).toBe("HTTP/1.1 413 Payload Too Large");
    const chunked = raw(url);
    chunked.write(head("Transfer-Encoding: chunked"));
    chunked.write(`${(httpLimits.body + 1).toString(16)}\r\n${padded(httpLimits.body + 1)}\r\n`);
    expect(await firstLine(chunked)).toBe("HTTP/1.1 413 Payload Too Large");
  });

  it("headers of 8192 bytes are read, one more is answered 431", async () => {
    const { url, cookie } = await serving();
    const answered = async (bytes: number) => {
      const lines = [`Authorization: Basic ${btoa(cookie())}`, `Content-Length: ${uptime.length}`, "Connection: close"];
      // Node counts the path, names and values.
      const counted = 1 + lines.join("").length - 2 * lines.length + "X".length;
      const socket = raw(url);
      socket.write(`POST / HTTP/1.1\r\n${lines.join("\r\n")}\r\nX: ${"x".repeat(bytes - counted)}\r\n\r\n${uptime}`);
      return firstLine(socket);
    };
    // A request of HTTP/1.1 needs a host: 400 means that the headers were read.
    expect(await answered(httpLimits.headers)).toBe("HTTP/1.1 400 Bad Request");
    expect(await answered(httpLimits.headers + 1)).toBe("HTTP/1.1 431 Request Header Fields Too Large");
  });
});

describe("connections", () => {
  it("are kept for the next request", async () => {
    const { url, cookie } = await serving();
    const socket = raw(url);
    for (let count = 0; count < 3; count++) {
      socket.write(
        `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${btoa(cookie())}\r\nContent-Length: ${uptime.length}\r\n\r\n${uptime}`,
      );
      expect(await firstLine(socket)).toBe("HTTP/1.1 200 OK");
    }
  });

  it.each([
    ["says nothing", ""],
    ["does not come to the end of its headers", "POST / HTTP/1.1\r\nHost: x\r\n"],
  ])("that %s is closed", async (_, said) => {
    const { url } = await serving("-rpcservertimeout=1");
    const socket = raw(url);
    socket.write(said);
    socket.resume();
    await once(socket, "close");
    expect(socket.destroyed).toBe(true);
  });

  it("that go away in the middle of a request harm nobody", async () => {
    const { url, send, cookie, log } = await serving();
    const socket = raw(url);
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${btoa(cookie())}\r\nContent-Length: 100\r\n\r\n{`,
    );
    await once(socket, "ready");
    socket.destroy();
    expect((await send({ body: uptime })).status).toBe(200);
    expect(log.lines.filter((line) => line.startsWith("error"))).toEqual([]);
  });
});

describe("what is not HTTP, or not quite,", () => {
  const post = (...lines: string[]) => ["POST / HTTP/1.1", "Host: x", ...lines, "", ""].join("\r\n");

  it.each<[title: string, said: string | Uint8Array, answer: string]>([
    ["a greeting of TLS", Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01), "HTTP/1.1 400 Bad Request"],
    ["zeros", new Uint8Array(64), "HTTP/1.1 400 Bad Request"],
    ["another protocol", "HELO x\r\n\r\n", "HTTP/1.1 400 Bad Request"],
    ["another version", "POST / HTTP/9.9\r\n\r\n", "HTTP/1.1 400 Bad Request"],
    ["two lengths", post("Content-Length: 1", "Content-Length: 2"), "HTTP/1.1 400 Bad Request"],
    ["a length and chunks", post("Content-Length: 1", "Transfer-Encoding: chunked"), "HTTP/1.1 400 Bad Request"],
    ["a length that is none", post("Content-Length: -1"), "HTTP/1.1 400 Bad Request"],
    ["a line feed in a header", post("X: a\nb"), "HTTP/1.1 400 Bad Request"],
    ["an upgrade", post("Connection: Upgrade", "Upgrade: websocket"), "HTTP/1.1 401 Unauthorized"],
  ])("%s, is answered and harms nobody", async (_, said, answer) => {
    const { url, send } = await serving();
    const socket = raw(url);
    socket.write(said);
    expect(await firstLine(socket)).toBe(answer);
    expect((await send({ body: uptime })).status).toBe(200);
  });
});
