import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

// A peer of the relay: the path is the group; every frame goes to all others in it as it came.

const groups = new Map<string, Set<WebSocket>>();
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on(
  "connection",
  (webSocket, { url = "" }) => {
    const members = groups.get(url) ?? new Set();
    groups.set(url, members.add(webSocket));
    webSocket.on("message", (data) => {
      for (const member of members) if (member !== webSocket) member.send(data, { binary: false });
    });
    webSocket.on("close", () => members.delete(webSocket));
  },
);
server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));
