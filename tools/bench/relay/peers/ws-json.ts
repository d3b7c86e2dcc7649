import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

// A peer of the relay: the path is the group; a request is parsed, looked at, and written once as an event, which goes
// to all others in the group. No answers, no order, no log.

interface Request {
  readonly jsonrpc?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly session?: unknown; readonly body?: unknown };
}

const groups = new Map<string, Set<WebSocket>>();
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on(
  "connection",
  (webSocket, { url = "" }) => {
    const members = groups.get(url) ?? new Set();
    groups.set(url, members.add(webSocket));
    webSocket.on("message", (data) => {
      const text = eventFor(data.toString());
      if (text === undefined) return webSocket.close(1008);
      for (const member of members) if (member !== webSocket) member.send(text);
    });
    webSocket.on("close", () => members.delete(webSocket));
  },
);
server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));

function eventFor(text: string): string | undefined {
  try {
    const { jsonrpc, method, params } = JSON.parse(text) as Request;
    if (jsonrpc !== "2.0" || method !== "Session.message") return undefined;
    const { session, body } = params ?? {};
    if (typeof session !== "string" || typeof body !== "string" || !/^[A-Za-z0-9_-]*$/.test(body)) return undefined;
    return JSON.stringify({ jsonrpc: "2.0", method: "message", params: { session, body } });
  } catch {
    return undefined;
  }
}
