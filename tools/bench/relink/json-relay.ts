import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

// The relay of the peer: the path is the party's number; a request is parsed, looked at, and written as an event to each
// party that it is for. No answers, no order, no log.

interface Request {
  readonly jsonrpc?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly session?: unknown; readonly envelopes?: unknown };
}

interface Envelope {
  /** 0: all others. */
  readonly to: number;
  readonly body: string;
}

const members = new Map<number, WebSocket>();
const server = createServer();

new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (webSocket, { url = "" }) => {
  const from = Number(url.slice(1));
  members.set(from, webSocket);
  webSocket.on("message", (data) => {
    const { jsonrpc, method, params } = JSON.parse(data.toString()) as Request;
    const { session, envelopes } = params ?? {};
    const isGood = jsonrpc === "2.0" && method === "Session.message" && typeof session === "string";
    if (!isGood || !Array.isArray(envelopes) || !envelopes.every(isEnvelope)) return webSocket.close(1008);
    for (const [to, bodies] of byReceiver(from, envelopes)) {
      members.get(to)?.send(JSON.stringify({ jsonrpc: "2.0", method: "message", params: { session, from, bodies } }));
    }
  });
});

function isEnvelope(envelope: unknown): envelope is Envelope {
  if (typeof envelope !== "object" || envelope === null) return false;
  const { to, body } = envelope as Partial<Envelope>;
  return typeof to === "number" && typeof body === "string" && /^[A-Za-z0-9_-]*$/.test(body);
}

function byReceiver(from: number, envelopes: readonly Envelope[]): ReadonlyMap<number, readonly string[]> {
  const bodies = new Map<number, string[]>();
  for (const { to, body } of envelopes) {
    for (const number of to === 0 ? members.keys() : [to]) {
      if (number !== from) bodies.set(number, [...(bodies.get(number) ?? []), body]);
    }
  }
  return bodies;
}

server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));
