import { once } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Accounts, HeldAccount } from "../limits/accounts.ts";
import type { Limits } from "../limits/limits.ts";
import { networkOf } from "../limits/network.ts";
import type { Log } from "../log.ts";
import type { Meter } from "../observe/meter.ts";
import type { ClientAddresses } from "./client-address.ts";

/** Sockets beyond the WebSockets, of one address and of all: for pages, and for who is about to be refused. */
const SPARE_OF_ADDRESS = 32;
const SPARE = 1_024;

interface SocketOptions {
  readonly accounts: Accounts;
  readonly clientAddresses: ClientAddresses;
  readonly limits: Limits;
  readonly log: Log;
  readonly meter: Meter;
}

/**
 * Bounds the sockets of a server before anything is read from them: who only opens some and says nothing would
 * otherwise take them from all others. Answers what closes the server together with them.
 */
export function boundSockets(
  server: Server,
  { accounts, clientAddresses, limits, log, meter }: SocketOptions,
): () => Promise<void> {
  /** Those of proxies are held by nobody. */
  const sockets = new Map<Socket, HeldAccount | undefined>();
  // One function for all of them.
  const closed = function (this: Socket) {
    const held = sockets.get(this);
    sockets.delete(this);
    held?.account.countSocket(-1);
    held?.release();
  };
  server.maxConnections = limits.connections + SPARE;
  server.on("drop", () => meter.connectionRefused("connections"));
  // Once it listens, errors are of single sockets, as when there are no file descriptors left.
  server.once("listening", () => {
    server.on("error", (error: NodeJS.ErrnoException) => log.warn({ code: error.code }, "a socket was not accepted"));
  });
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    // Behind a proxy's sockets is everybody.
    const held = clientAddresses.isProxy(address) ? undefined : accounts.hold(networkOf(address));
    sockets.set(socket, held);
    socket.on("close", closed);
    if (held === undefined) return;
    const { account } = held;
    account.countSocket(1);
    if (account.sockets <= limits.connectionsPerAddress + SPARE_OF_ADDRESS) return;
    meter.connectionRefused("address");
    socket.destroy();
  });
  return async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets.keys()) socket.destroy();
    await closed;
  };
}
