import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, StartError } from "../failure.ts";

/** Begins to listen. Rejects with `StartError`. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  const listening = once(server, "listening");
  server.listen({ host, port });
  await listening.catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === "EADDRINUSE" ? "the port is taken" : messageOf(error);
    throw new StartError(`cannot listen on ${host}:${port}: ${reason}`);
  });
}

/** Where a server listens. */
export function urlOf(server: Server, scheme: "http" | "ws" | "wss"): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
