import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// The least that a server of JSON-RPC does on node:http: read, parse, answer an object like that of cosign.ping. Nobody
// has to say who he is, and no rule is checked.

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const { id } = JSON.parse(Buffer.concat(parts).toString());
    const result = {
      bridge_alive: true,
      version: "0.0.0",
      transports: ["websocket"],
      uptime_sec: 1,
      capabilities: ["ping"],
    };
    const body = `${JSON.stringify({ jsonrpc: "2.0", result, id })}\n`;
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
});

server.listen(0, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
