import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { hashAccessToken } from "../../src/http/access-tokens.ts";
import { RelayProcess } from "../relay-process.ts";

const secret = (bytes: number) => randomBytes(bytes).toString("base64url");

/** What the relay hears and must not repeat to those who watch it. */
const canaries = {
  accessToken: secret(32),
  address: "203.0.113.77",
  otherAddress: "2001:db8:77aa:bb::cc",
  userAgent: "canary-agent/1.0",
  origin: "https://canary.example",
  query: "canary-query",
  path: "canary-path",
  resumeTokens: secret(32),
  otherResumeToken: secret(32),
  claim: secret(16),
  wrongClaim: secret(16),
  eid: secret(32),
  otherEid: secret(32),
  body: secret(300),
  reason: "canary-reason",
  method: "Canary.method",
  parameter: "canaryParameter",
  notJson: "canary not json",
  binary: "canary binary",
  label: "canary label",
  value: "canary value",
  message: "canary message",
  proposal: "canary proposal",
};
/** What must not even be in the database, in which members, their ciphertext and what is said in the clear have to be. */
const neverStored = [
  ...[canaries.accessToken, canaries.address, canaries.otherAddress, "2001:db8:77aa:bb", "127.0.0.1"],
  ...[canaries.userAgent, canaries.origin, canaries.query, canaries.path],
  ...[canaries.resumeTokens, canaries.otherResumeToken, canaries.claim, canaries.wrongClaim],
  ...[canaries.method, canaries.parameter, canaries.notJson, canaries.binary],
];

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

type Answer = {
  readonly id?: number;
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: unknown;
};

/** A client that says something to remember with everything that it says. */
async function connect(url: string, address: string) {
  const socket = new WebSocket(url, url.includes("/v1") ? "countersign.v1" : [], {
    origin: canaries.origin,
    headers: {
      authorization: `Bearer ${canaries.accessToken}`,
      "user-agent": canaries.userAgent,
      "x-forwarded-for": address,
    },
  });
  const answers = new Map<number, (answer: Answer) => void>();
  let last = 0;
  socket.on("message", (data) => {
    const answer = JSON.parse(data.toString()) as Answer;
    if (answer.id) answers.get(answer.id)?.(answer);
  });
  await once(socket, "open");
  return {
    socket,
    call(method: string, params: unknown): Promise<Answer> {
      const id = ++last;
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      return new Promise((resolve) => answers.set(id, resolve));
    },
    async close(): Promise<void> {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}

/** Members that meet by an invitation, send, come back, and end; and somebody who gets everything wrong. Answers ids. */
async function talkV1(url: string): Promise<string[]> {
  const open = { kind: "exchange", parties: 2, threshold: 2, versions: "AQ" };
  const [one, two] = [
    await connect(`${url}/v1?${canaries.query}`, canaries.address),
    await connect(`${url}/v1`, canaries.otherAddress),
  ];
  const invited = await one.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
  const { nameplate, group, session } = invited.result ?? {};
  const first = { ...open, group, session, eid: canaries.eid, token: canaries.resumeTokens };
  expect((await one.call("Session.open", first)).error).toBeUndefined();
  await two.call("Invitation.claim", { nameplate: "999999", claim: canaries.wrongClaim });
  await two.call("Invitation.claim", { nameplate, claim: canaries.claim });
  const second = { ...open, group, session, eid: canaries.otherEid, token: canaries.otherResumeToken };
  expect((await two.call("Session.open", { ...second, claim: canaries.claim })).error).toBeUndefined();
  await one.call("Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: canaries.body }] });
  await one.call("Session.message", { session, cseq: 9, envelopes: [{ to: 0, body: canaries.body }] });

  await two.call(canaries.method, {});
  await two.call("Session.ack", { session, seq: 1, [canaries.parameter]: canaries.parameter });
  await two.call("Session.resume", { session, token: canaries.claim, after: 0 });
  two.socket.send(canaries.notJson);
  two.socket.send(Buffer.from(canaries.binary), { binary: true });
  await two.call("Session.resume", { session, token: canaries.otherResumeToken, after: 0 });
  await two.call("Session.abort", { session, reason: canaries.reason });
  await Promise.all([one.close(), two.close()]);
  return [`${group}`, `${session}`];
}

async function talkMpc(url: string): Promise<string[]> {
  const [one, two] = [
    await connect(`${url}/mpc/${canaries.path}`, canaries.address),
    await connect(`${url}/mpc`, canaries.otherAddress),
  ];
  const created = await one.call("Group.create", [canaries.label, { parties: 2, threshold: 1 }]);
  const group = `${created.result}`;
  await two.call("Group.join", group);
  const session = (await one.call("Session.create", [group, "keygen", canaries.value])).result?.["uuid"];
  for (const member of [one, two]) await member.call("Session.signup", [group, session, "keygen"]);
  const message = { round: 1, sender: 1, receiver: null, uuid: session, body: canaries.message };
  await one.call("Session.message", [group, session, "keygen", message]);
  await one.call("Notify.proposal", [group, session, canaries.proposal, canaries.message]);
  await two.call(canaries.method, [canaries.parameter]);
  two.socket.send(canaries.notJson);
  await Promise.all([one.close(), two.close()]);
  return [group, `${session}`];
}

it("what is shown, logged and stored gives nobody away", async () => {
  const tokens = join(data, "tokens");
  writeFileSync(tokens, `${hashAccessToken(canaries.accessToken)} somebody\n`);
  const store = join(data, "store");
  const relay = await RelayProcess.serving([
    ...["--listen", "127.0.0.1:0", "--data", store, "--log-level", "trace", "--drain", "0"],
    ...["--trust-proxy", "1", "--access-tokens", tokens],
  ]);
  const ids = [...(await talkV1(relay.url)), ...(await talkMpc(relay.url))];
  expect(ids.filter((id) => /^[0-9a-f-]{36}$/.test(id))).toEqual(ids);

  const page = async (path: string) => (await fetch(`${relay.url.replace("ws:", "http:")}${path}`)).text();
  const shown: Record<string, string> = {};
  for (const path of ["/", "/status.json", "/metrics", "/healthz", "/readyz"]) shown[path] = await page(path);
  // It has seen all of it.
  expect(shown["/metrics"]).toMatch(/called|calls_total\{[^}]*method="Session.abort",outcome="ok"\} 1\b/);
  expect(shown["/metrics"]).toMatch(/dropped_messages_total\{dialect="countersign.v1",reason="invalid"\} 1\b/);
  expect(shown["/metrics"]).toMatch(/dropped_messages_total\{dialect="mpc-websocket",reason="invalid"\} 1\b/);
  const files = () => readdirSync(store).map((name) => [name, readFileSync(join(store, name), "latin1")] as const);
  const stored = files();
  const { stderr, stdout } = await relay.kill("SIGTERM");
  for (const [name, text] of Object.entries({ ...shown, stderr, stdout: stdout.replace(relay.url, "") })) {
    for (const [what, canary] of Object.entries({ ...canaries, ids })) {
      for (const one of [canary].flat()) expect(text.includes(one), `${what} in ${name}`).toBe(false);
    }
    expect(text, name).not.toContain("127.0.0.1");
  }
  // The ids are in the database: what is searched can be found there.
  expect(stored.some(([, text]) => text.includes(canaries.eid))).toBe(true);
  for (const [name, text] of [...stored, ...files()]) {
    for (const canary of neverStored) expect(text.includes(canary), `${canary} in ${name}`).toBe(false);
  }
});

it("every line of the log has a time, a level, a sentence, and facts of a few kinds", async () => {
  const relay = await RelayProcess.serving([
    ...["--listen", "127.0.0.1:0", "--data", join(data, "store"), "--log-level", "trace", "--drain", "0"],
  ]);
  await talkV1(relay.url);
  await talkMpc(relay.url);
  const { stderr } = await relay.kill("SIGTERM");
  const lines = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { level: number; time: number; msg: string });
  expect(lines.length).toBeGreaterThan(8);
  const messages = new Set<string>();
  for (const { level, time, msg, ...facts } of lines) {
    expect(level % 10).toBe(0);
    expect(time).toBeGreaterThan(1e12);
    expect(msg).toMatch(/^[a-z][a-z ,;]*$/);
    messages.add(`${level} ${msg}`);
    const known = ["groups", "sessions", "invitations", "connections", "code", "signal"];
    expect(Object.keys(facts).filter((fact) => !known.includes(fact))).toEqual([]);
    for (const [fact, value] of Object.entries(facts)) {
      expect(fact === "signal" ? value === "SIGTERM" : Number.isInteger(value), fact).toBe(true);
    }
  }
  // Where all goes well, an operator reads when the relay began and when it ended, and of the proxy that this test is.
  expect([...messages].filter((message) => !message.startsWith("20 "))).toEqual([
    "30 serving",
    "40 a request came through a proxy that is not trusted; all its clients count as one address",
    "30 stopping",
    "30 closing",
  ]);
});
