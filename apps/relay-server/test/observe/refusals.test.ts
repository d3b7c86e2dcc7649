import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { refusalReasons } from "../../src/observe/meter.ts";
import { ask, beginToClose, connect, provokeEach } from "./provocation.ts";
import { knock } from "./raw-socket.ts";

const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
const tokens = join(directory, "tokens");
writeFileSync(tokens, `${"0".repeat(64)}\n`);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const line = (reason: string) => `connections_refused_total{reason="${reason}"}`;

provokeEach(
  { what: "refuses", reasons: refusalReasons, line },
  {
    origin: {
      options: { origins: ["https://example.org"] },
      provoke: ({ url }) => ask(`${url}/v1`, { origin: "https://example.com" }),
    },
    token: { options: { accessTokens: tokens }, provoke: ({ url }) => ask(`${url}/v1`) },
    connections: {
      options: { limits: { connections: 1 } },
      async provoke({ url }) {
        await connect(url);
        ask(`${url}/v1`);
      },
    },
    address: {
      options: { limits: { connectionsPerAddress: 1 } },
      async provoke({ url }) {
        await connect(url);
        ask(`${url}/v1`);
      },
    },
    rate: {
      options: { limits: { newConnectionsPerSecond: 1 } },
      async provoke({ url }) {
        await connect(url);
        ask(`${url}/v1`);
      },
    },
    path: { provoke: ({ url }) => ask(`${url}/v2`) },
    subprotocol: { provoke: ({ url }) => ask(`${url}/v1`, { protocol: "countersign.v0" }) },
    handshake: { provoke: ({ url }) => knock(`${url}/v1`, { "Sec-WebSocket-Version": "7" }) },
    draining: {
      async provoke(stage) {
        const end = await beginToClose(stage);
        ask(`${stage.url}/v1`);
        return end;
      },
    },
  },
);
