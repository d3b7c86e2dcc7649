import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { cloak, uncloak } from "@countersign/handshake/e3x";
import { pathOf } from "./path.ts";
import { LOOPBACK, type Transport, type TransportOptions } from "./transport.ts";

/** Bytes that may wait for the network card; above it packets are lost here and not there. */
const MOST_WAITING = 1024 * 1024;

/** Packets over UDP: one in a datagram, cloaked. */
export async function openUdp({ listen = LOOPBACK, onPacket, onDrop }: TransportOptions): Promise<Transport> {
  const socket = createSocket(pathOf("udp", listen).type === "udp6" ? "udp6" : "udp4");
  socket.bind(listen.port, listen.ip);
  await once(socket, "listening");
  let isOpen = true;

  socket.on("message", (datagram, { address, port }) => {
    const uncloaked = uncloak(datagram);
    if (!uncloaked.ok) return onDrop(`udp.${uncloaked.code}`);
    const { packet, rounds } = uncloaked.value;
    onPacket(packet, { ...pathOf("udp", { ip: address, port }), cloaked: rounds > 0, dial: true });
  });
  // Networks say of some datagrams that they did not arrive. So do the endpoint's timers, of all of them.
  socket.on("error", () => onDrop("udp.error"));

  const { address, port } = socket.address();
  return {
    path: pathOf("udp", { ip: address, port }),
    send(packet, { ip, port, cloaked }) {
      if (!isOpen) return;
      if (socket.getSendQueueSize() > MOST_WAITING) return onDrop("udp.full");
      const datagram = cloaked ? cloak(packet, { randomBytes }) : packet;
      socket.send(datagram, port, ip, (error) => error && onDrop("udp.error"));
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}
