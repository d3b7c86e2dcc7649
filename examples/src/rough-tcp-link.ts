import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { SeededRandom } from "@countersign/testkit";
import { type NetworkPath, pathOf } from "./path.ts";
import { LOOPBACK } from "./transport.ts";

/** How rough a link is. */
export interface Roughness {
  /** Bytes that go on together at most; each piece has a length of its own. */
  readonly pieces: number;
  /** Milliseconds between two pieces at most. */
  readonly delay: number;
  readonly seed: number;
}

/** A network in between: whoever connects to `path` is connected to the target, in pieces, and until it is cut. */
export interface RoughLink {
  readonly path: NetworkPath;
  /** Pieces that were carried. */
  readonly carried: number;
  /** Ends all connections, as a router does that starts anew. */
  cut(): void;
  close(): Promise<void>;
}

/** Opens a rough link to somebody who listens for connections. */
export async function openRoughTcpLink(target: NetworkPath, { pieces, delay, seed }: Roughness): Promise<RoughLink> {
  const random = new SeededRandom(seed);
  const sockets = new Set<Socket>();
  let carried = 0;

  const pump = (from: Socket, to: Socket) => {
    sockets.add(from);
    const waiting: Uint8Array[] = [];
    let timer: NodeJS.Timeout | undefined;
    const next = () => {
      const bytes = waiting.shift();
      timer = undefined;
      if (bytes === undefined) return from.resume();
      const length = 1 + random.integer(pieces);
      to.write(bytes.subarray(0, length));
      carried++;
      if (length < bytes.length) waiting.unshift(bytes.subarray(length));
      timer = setTimeout(next, random.integer(delay + 1));
    };
    from.setNoDelay(true);
    from.on("data", (bytes) => {
      // What is here goes on before more is read.
      from.pause();
      waiting.push(bytes as Uint8Array);
      timer ??= setTimeout(next, random.integer(delay + 1));
    });
    from.on("error", () => undefined);
    from.on("close", () => {
      clearTimeout(timer);
      sockets.delete(from);
      to.destroy();
    });
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  const server = createServer((caller) => {
    const callee = connect(target.port, target.ip);
    pump(caller, callee);
    pump(callee, caller);
  });
  server.listen(LOOPBACK.port, LOOPBACK.ip);
  await once(server, "listening");
  const { address, port } = server.address() as AddressInfo;
  return {
    path: pathOf("tcp", { ip: address, port }),
    get carried() {
      return carried;
    },
    cut,
    async close() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
