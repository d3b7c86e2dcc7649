import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection on which a test says byte by byte what it wants. */
export function raw(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  return socket;
}

/** The first line of what comes next. */
export async function firstLine(socket: Socket): Promise<string> {
  const [data] = await once(socket, "data");
  return String(data).split("\r\n")[0] ?? "";
}
