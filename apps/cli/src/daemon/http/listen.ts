import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Endpoint } from "../config/daemon-config.ts";
import { StartError } from "../start-error.ts";

/** Further tries where the system picks the port and somebody else has it at another address. */
const TRIES = 10;

/** Servers that listen, all at one port unless they were told otherwise. */
export interface Listening {
  readonly servers: readonly Server[];
  readonly port: number;
  /** For people and programs: the first of them. */
  readonly url: string;
}

/**
 * Listens everywhere that is asked for. An address that this machine does not have is left out where `isLoopbackOnly`,
 * because not every machine has IPv6. Throws `StartError`.
 */
export async function listen(
  create: () => Server,
  endpoints: readonly Endpoint[],
  { isLoopbackOnly }: { readonly isLoopbackOnly: boolean },
): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = [];
    try {
      let port = 0;
      for (const endpoint of endpoints) {
        const server = create();
        const isThere = await listenAt(server, { ...endpoint, port: endpoint.port || port }, isLoopbackOnly);
        if (!isThere) continue;
        servers.push(server);
        port ||= (server.address() as AddressInfo).port;
      }
      const [first] = servers;
      if (first === undefined) throw new StartError("this machine has no loopback address");
      return { servers, port, url: urlOf(first) };
    } catch (error) {
      for (const server of servers) server.close();
      const isPicked = endpoints.every(({ port }) => port === 0);
      if (!isPicked || attempt === TRIES) throw error;
    }
  }
}

async function listenAt(server: Server, { host, port }: Endpoint, mayBeMissing: boolean): Promise<boolean> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, ipv6Only: host.includes(":") }, () => {
        server.off("error", reject);
        resolve();
      });
    });
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (mayBeMissing && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT")) return false;
    const why = code === "EADDRINUSE" ? "another program does already; -rpcport=N takes another port" : code;
    throw new StartError(`cannot listen on ${host}, port ${port}: ${why}`);
  }
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}/`;
}
