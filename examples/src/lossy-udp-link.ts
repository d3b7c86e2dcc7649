import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { SeededRandom } from "@countersign/testkit";
import { formatPath, type NetworkPath, pathOf } from "./path.ts";
import { LOOPBACK } from "./transport.ts";

/** How bad a link is. */
export interface Weather {
  /** Of 1: how many packets are lost, and how many of the others come twice. */
  readonly loss: number;
  readonly doubled: number;
  /** Milliseconds that a packet may be late at most; each has a delay of its own, so they overtake each other. */
  readonly delay: number;
  readonly seed: number;
}

/** What became of the packets. */
export interface Toll {
  carried: number;
  lost: number;
  doubled: number;
}

/** A network in between: whoever sends to `path` is connected to the target, in both directions, but badly. */
export interface Link {
  readonly path: NetworkPath;
  readonly toll: Readonly<Toll>;
  close(): Promise<void>;
}

/** Callers at a time: the link is for a demonstration, and forgets nobody. */
const MOST_CALLERS = 16;

/** Opens a lossy link to somebody who listens for datagrams. What it does to the n-th packet of a direction, its seed decides. */
export async function openLossyUdpLink(target: NetworkPath, weather: Weather): Promise<Link> {
  // One for each direction: which of two packets that cross comes first is nobody's to decide.
  const [there, back] = [new SeededRandom(weather.seed), new SeededRandom(weather.seed + 1)];
  const toll: Toll = { carried: 0, lost: 0, doubled: 0 };
  const outside = await bind();
  /** By the caller's path: where its packets go out, and so where the answers for it come in. */
  const inside = new Map<string, Promise<Socket>>();
  const late = new Set<NodeJS.Timeout>();

  let isOpen = true;

  const carry = (random: SeededRandom, send: () => void) => {
    if (!isOpen) return;
    if (random.chance(weather.loss)) {
      toll.lost++;
      return;
    }
    const copies = random.chance(weather.doubled) ? 2 : 1;
    if (copies === 2) toll.doubled++;
    toll.carried++;
    for (let copy = 0; copy < copies; copy++) {
      const timer = setTimeout(
        () => {
          late.delete(timer);
          send();
        },
        random.integer(weather.delay + 1),
      );
      late.add(timer);
    }
  };
  const answering = async (caller: { readonly address: string; readonly port: number }) => {
    const socket = await bind();
    socket.on("message", (bytes) => carry(back, () => outside.send(bytes, caller.port, caller.address)));
    return socket;
  };

  outside.on("message", async (bytes, caller) => {
    const name = formatPath(pathOf("udp", { ip: caller.address, port: caller.port }));
    if (!inside.has(name) && inside.size < MOST_CALLERS) inside.set(name, answering(caller));
    const socket = await inside.get(name);
    if (socket !== undefined) carry(there, () => socket.send(bytes, target.port, target.ip));
  });

  const { address, port } = outside.address();
  return {
    path: pathOf("udp", { ip: address, port }),
    toll,
    async close() {
      isOpen = false;
      for (const timer of late) clearTimeout(timer);
      const sockets = [outside, ...(await Promise.all(inside.values()))];
      const closed = sockets.map((socket) => once(socket, "close"));
      for (const socket of sockets) socket.close();
      await Promise.all(closed);
    },
  };
}

async function bind(): Promise<Socket> {
  const socket = createSocket("udp4");
  // Whoever was to get a packet has gone: it is lost.
  socket.on("error", () => undefined);
  socket.bind(LOOPBACK.port, LOOPBACK.ip);
  await once(socket, "listening");
  return socket;
}
