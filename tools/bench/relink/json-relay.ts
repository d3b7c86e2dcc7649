import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

// The relay of the peer: the path is the party's number; a request is parsed, looked at, and written as an event to the
// party that it is for. No answers, no order, no log.

interface Request {
  readonly jsonrpc?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly session?: unknown; readonly to?: unknown; readonly body?: unknown };
}

const members = new Map<number, WebSocket>();
const server = createServer();

new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (webSocket, { url = "" }) => {
  const from = Number(url.slice(1));
  members.set(from, webSocket);
  webSocket.on("message", (data) => {
    const { jsonrpc, method, params } = JSON.parse(data.toString()) as Request;
    const { session, to, body } = params ?? {};
    const isGood = jsonrpc === "2.0" && method === "Session.message" && typeof session === "string";
    if (!isGood || typeof to !== "number" || typeof body !== "string" || !/^[A-Za-z0-9_-]*$/.test(body)) {
      return webSocket.close(1008);
    }
    members.get(to)?.send(JSON.stringify({ jsonrpc: "2.0", method: "message", params: { session, from, body } }));
  });
});

server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));
