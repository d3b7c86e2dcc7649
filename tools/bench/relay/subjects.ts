import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shared, unpaced, unpacedUnlessRefused } from "../../processes/unpaced.ts";
import { clientFrame, upgrade } from "./frames.ts";
import { freePort, isInstalled, type Server, startServer } from "./server.ts";
import type { Party, Subject } from "./subject.ts";

const relay = fileURLToPath(new URL("../../../apps/relay-server/dist/main.js", import.meta.url));
const node = [process.execPath, "--disable-warning=ExperimentalWarning"];
const UPGRADED = "\r\n\r\n";

/** How ours is paced: by no rate, by that of what is refused only, or as it is unless it is told. */
export const paces = { none: unpaced, refusals: unpacedUnlessRefused, all: shared } as const;

/** The names by which results are held against each other. */
export const names = {
  memory: "ours, in memory",
  durable: "ours, on disk",
  json: "ws, JSON",
  raw: "ws, raw",
  nats: "nats-server",
} as const;

/** All that is measured: ours twice, and its peers. */
export const subjects: readonly Subject[] = [
  { name: names.memory, start: () => startOurs(["--ephemeral"]), script: ours },
  { name: names.durable, start: startDurable, script: ours },
  { name: names.raw, start: () => startPeer("ws-raw"), script: (party) => overWebSocket(party, party.body) },
  {
    name: names.json,
    start: () => startPeer("ws-json"),
    script: (party) =>
      overWebSocket(
        party,
        `{"jsonrpc":"2.0","id":\x01,"method":"Session.message","params":{"session":"${party.group}","body":"${party.body}"}}`,
      ),
  },
  {
    name: "socket.io",
    start: () => startPeer("socket-io"),
    script: ({ group, body }) => ({
      framed: true,
      steps: [
        { say: upgrade("/socket.io/?EIO=4&transport=websocket"), expect: '0{"sid"' },
        { say: clientFrame("40"), expect: '40{"sid"' },
        { say: clientFrame(`42["join","${group}"]`), expect: "joined" },
      ],
      message: `42["message","${body}"]`,
    }),
  },
  {
    name: names.nats,
    ...needs("nats-server"),
    start: () =>
      startServer(["nats-server", "-a", "127.0.0.1", "-p", "-1"], /client connections on 127\.0\.0\.1:(\d+)/),
    script: ({ group, body, size }) => ({
      framed: false,
      steps: [{ say: `CONNECT {"verbose":false,"echo":false}\r\nSUB ${group} 1\r\nPING\r\n`, expect: "PONG" }],
      message: `PUB ${group} ${size}\r\n${body}\r\n`,
    }),
  },
  {
    name: "redis pub/sub",
    ...needs("redis-server"),
    start: startRedis,
    script: ({ group, body, size }) => ({
      framed: false,
      steps: [{ say: `HELLO 3\r\nSUBSCRIBE ${group}\r\n`, expect: "subscribe\r\n" }],
      message: `*3\r\n$7\r\nPUBLISH\r\n$${group.length}\r\n${group}\r\n$${size}\r\n${body}\r\n`,
    }),
  },
];

const LISTENING = /listening on ws:\/\/127\.0\.0\.1:(\d+)/;
const flags = ["--listen", "127.0.0.1:0", "--log-level", "silent"];

/** Our relay, as it is built. A benchmark comes from one address and is above every rate; all checks stay on. */
export function startOurs(args: readonly string[], pace: keyof typeof paces = "none"): Promise<Server> {
  return startServer([...node, relay, ...flags, ...paces[pace], ...args], LISTENING);
}

async function startDurable(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const server = await startOurs(["--data", data]);
  return {
    ...server,
    async stop() {
      await server.stop();
      rmSync(data, { recursive: true });
    },
  };
}

function startPeer(name: string): Promise<Server> {
  return startServer([...node, fileURLToPath(new URL(`peers/${name}.ts`, import.meta.url))], /port (\d+)/);
}

async function startRedis(): Promise<Server> {
  const port = await freePort();
  const command = ["redis-server", "--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--appendonly", "no"];
  return { ...(await startServer(command, /(Ready) to accept/)), port };
}

function needs(program: string): { missing?: string } {
  return isInstalled(program) ? {} : { missing: `${program} is not installed` };
}

function overWebSocket({ group }: Party, message: string) {
  return { framed: true, steps: [{ say: upgrade(`/${group}`), expect: UPGRADED }], message };
}

/** A member of a session of countersign.v1. */
function ours({ group, number, members, body, what }: Party) {
  const secret = Buffer.alloc(32, `${number} ${group}`).toString("base64url");
  const open = {
    group,
    session: group,
    kind: "sign",
    parties: members,
    threshold: members,
    eid: secret,
    versions: "AQ",
    token: secret,
    number: (number % members) + 1,
  };
  const request = { jsonrpc: "2.0", id: 0, method: "Session.open", params: open };
  return {
    framed: true,
    steps: [
      { say: upgrade("/v1", "countersign.v1"), expect: UPGRADED },
      { say: clientFrame(JSON.stringify(request)), expect: '"result":' },
    ],
    message: messageOf({ group, to: what === "toOne" ? 2 - (number % 2) : 0, body, what }),
    ack: `{"jsonrpc":"2.0","method":"Session.ack","params":{"session":"${group}","seq":\x01}}`,
  };
}

/** A request for a message, or one that is wrong in one way. */
function messageOf({
  group,
  to,
  body,
  what,
}: Pick<Party, "group" | "body" | "what"> & { readonly to: number }): string {
  const method = what === "no method" ? "Session.massage" : "Session.message";
  const session = what === "no session" ? `${group.slice(0, -4)}0000` : group;
  const cseq = what === "out of order" ? "\x019" : "\x01";
  const envelope = `{"to":${to},"body":"${what === "no base64url" ? "=" : ""}${body}"}`;
  const end = what === "no JSON" ? "]" : "}";
  return `{"jsonrpc":"2.0","id":\x01,"method":"${method}","params":{"session":"${session}","cseq":${cseq},"envelopes":[${envelope}]}${end}`;
}
