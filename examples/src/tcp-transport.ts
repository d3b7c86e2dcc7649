import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { formatPath, type Interface, pathOf } from "./path.ts";
import { TcpConnection } from "./tcp-connection.ts";
import { LOOPBACK, type Route, type Transport, type TransportOptions } from "./transport.ts";

/** Connections at a time, so that what strangers make us keep is bounded. */
export const MOST_CONNECTIONS = 64;

/** Packets over TCP: cloaked and in chunks, on one connection for each path, made when there is something to send. */
export async function openTcp({ listen = LOOPBACK, onPacket, onDrop }: TransportOptions): Promise<Transport> {
  const connections = new Map<string, TcpConnection>();
  let isOpen = true;

  const take = (socket: Socket, remote: Interface, dial: boolean) => {
    const path = pathOf("tcp", remote);
    const name = formatPath(path);
    const connection = new TcpConnection(socket, {
      onPacket: (packet, cloaked) => onPacket(packet, { ...path, cloaked, dial }),
      onDrop,
      // Unless it was replaced meanwhile.
      onClose: () => connections.get(name) === connection && connections.delete(name),
    });
    connections.set(name, connection);
    return connection;
  };

  const server = createServer((socket) => {
    const { remoteAddress: ip, remotePort: port } = socket;
    if (ip === undefined || port === undefined) socket.destroy();
    else take(socket, { ip, port }, false);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(listen.port, listen.ip);
  await once(server, "listening");
  server.on("error", () => onDrop("tcp.error"));

  const { address, port } = server.address() as AddressInfo;
  return {
    path: pathOf("tcp", { ip: address, port }),
    send(packet: Uint8Array, route: Route) {
      if (!isOpen) return;
      const existing = connections.get(formatPath(route));
      if (existing === undefined && !route.dial) return onDrop("tcp.gone");
      const connection = existing ?? take(connect(route.port, route.ip), route, true);
      connection.send(packet, route.cloaked);
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      const closed = once(server, "close");
      server.close();
      for (const connection of connections.values()) connection.destroy();
      await closed;
    },
  };
}
