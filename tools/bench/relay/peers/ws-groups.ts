import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";

/** Serves groups of WebSockets, the path being the group, and leaves it to `forward` to whom of the members, the sender included, a frame goes, and as what. */
export function serveGroups(forward: (sender: WebSocket, members: Iterable<WebSocket>, data: RawData) => void): void {
  const groups = new Map<string, Set<WebSocket>>();
  const server = createServer();
  new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on(
    "connection",
    (webSocket, { url = "" }) => {
      const members = groups.get(url) ?? new Set();
      groups.set(url, members.add(webSocket));
      webSocket.on("message", (data) => forward(webSocket, members, data));
      webSocket.on("close", () => members.delete(webSocket));
    },
  );
  server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));
}
