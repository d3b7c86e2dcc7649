import { createHmac } from "node:crypto";
import { json, legacy, methodNotFound, ping, pong, type Row, request } from "./row.ts";
import type { Serving } from "./serving.ts";

const refusal = { "www-authenticate": 'Basic realm="jsonrpc"' };
const user = ["-rpcuser=alice", "-rpcpassword=päss:word"];
const alice = { user: "alice:päss:word" };
const hmac = createHmac("sha256", "5a17").update("secret").digest("hex");

/** What HTTP says: where to ask, who may, and what. */
export const httpRows: readonly Row[] = [
  // Method and path
  ...["GET", "PUT", "DELETE", "HEAD"].map((method): Row => {
    const body = method === "HEAD" ? {} : { body: "JSONRPC server handles only POST requests" };
    return { topic: "method / path", title: method, sent: { method }, status: 405, ...body };
  }),
  { topic: "method / path", title: "/", sent: { body: ping }, status: 200, body: pong },
  { topic: "method / path", title: "a wallet", sent: { path: "/wallet/", body: ping }, status: 200, body: pong },
  {
    topic: "method / path",
    title: "a named wallet",
    sent: { path: "/wallet/w%20x", body: ping },
    status: 200,
    body: pong,
  },
  ...["/x", "/wallet", "/?x", "//", "/rest/chaininfo.json"].map((path): Row => {
    return { topic: "method / path", title: path, sent: { path, body: ping }, status: 404 };
  }),
  {
    topic: "method / path",
    title: "another path comes before another method",
    sent: { method: "GET", path: "/x" },
    status: 404,
  },
  {
    topic: "method / path",
    title: "another method comes before who asks",
    sent: { method: "GET", headers: {} },
    status: 405,
    body: "JSONRPC server handles only POST requests",
  },

  // Content type
  ...["text/plain;", "application/json", "application/x-www-form-urlencoded", "nonsense"].map((type): Row => {
    const sent = (s: Serving) => ({ user: s.cookie(), headers: { "content-type": type }, body: ping });
    return { topic: "content type", title: type, sent, status: 200, body: pong, headers: json };
  }),
  {
    topic: "content type",
    title: "of an error",
    sent: request({ method: "none" }),
    status: 404,
    body: legacy(methodNotFound),
    headers: json,
  },

  // Who asks
  { topic: "auth", title: "nobody", sent: { headers: {}, body: ping }, status: 401, headers: refusal },
  {
    topic: "auth",
    title: "a name with any capitals of the scheme",
    args: user,
    sent: { headers: { authorization: `bAsIc ${btoa("alice:p\u00c3\u00a4ss:word")}` }, body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "a user with a password",
    args: user,
    sent: { ...alice, body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "a password alone",
    args: ["-rpcpassword=x"],
    sent: { user: ":x", body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "the cookie",
    sent: (s) => ({ user: s.cookie(), body: ping }),
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "rpcauth",
    args: [`-rpcauth=bob:5a17$${hmac}`],
    sent: { user: "bob:secret", body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "one of several rpcauth, with capital digits",
    args: [`-rpcauth=carol:00$${"0".repeat(64)}`, `-rpcauth=bob:5a17$${hmac.toUpperCase()}`],
    sent: { user: "bob:secret", body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "credentials",
    title: "the cookie beside rpcauth",
    args: [`-rpcauth=bob:5a17$${hmac}`],
    sent: (s) => ({ user: s.cookie(), body: ping }),
    status: 200,
    body: pong,
  },

  // What they may
  {
    topic: "whitelist",
    title: "what is on it",
    args: [...user, "-rpcwhitelist=alice:uptime,help"],
    sent: { ...alice, body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "whitelist",
    title: "what is not",
    args: [...user, "-rpcwhitelist=alice:help"],
    sent: { ...alice, body: ping },
    status: 403,
  },
  {
    topic: "whitelist",
    title: "what only one of two allows",
    args: [...user, "-rpcwhitelist=alice:help,uptime", "-rpcwhitelist=alice:help,stop"],
    sent: { ...alice, body: ping },
    status: 403,
  },
  {
    topic: "whitelist",
    title: "a batch of which one is not on it",
    args: [...user, "-rpcwhitelist=alice:uptime"],
    sent: { ...alice, body: `[${ping},{"id":2,"method":"help"}]` },
    status: 403,
  },
  {
    topic: "whitelist",
    title: "a user without one",
    args: [...user, "-rpcwhitelist=bob:help"],
    sent: { ...alice, body: ping },
    status: 403,
  },
  {
    topic: "whitelist",
    title: "a user without one who may",
    args: [...user, "-rpcwhitelist=bob:help", "-rpcwhitelistdefault=0"],
    sent: { ...alice, body: ping },
    status: 200,
    body: pong,
  },
  {
    topic: "whitelist",
    title: "nobody has one, and nobody may",
    args: [...user, "-rpcwhitelistdefault"],
    sent: { ...alice, body: ping },
    status: 403,
  },
];
