import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";

// A peer of the relay: rooms of socket.io, over WebSockets only.

const server = createServer();
new Server(server, { transports: ["websocket"], perMessageDeflate: false, serveClient: false }).on(
  "connection",
  (socket) => {
    let room = "";
    socket.on("join", async (name: string) => {
      room = name;
      await socket.join(name);
      socket.emit("joined");
    });
    socket.on("message", (body: string) => socket.to(room).emit("message", body));
  },
);
server.listen(0, "127.0.0.1", () => console.log(`port ${(server.address() as AddressInfo).port}`));
