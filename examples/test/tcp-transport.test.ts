import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { ACK_CHUNK, cloak, splitPacket } from "@countersign/handshake/e3x";
import { encodeLob, limits, utf8 } from "@countersign/wire";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openRoughTcpLink } from "../src/rough-tcp-link.ts";
import { MOST_WAITING, PATIENCE } from "../src/tcp-connection.ts";
import { MOST_CONNECTIONS, openTcp } from "../src/tcp-transport.ts";
import { type Route, routeTo } from "../src/transport.ts";
import { Mailbox } from "./mailbox.ts";

const packet = (text: string) => encodeLob({ head: new Uint8Array(0), body: utf8(text) });
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** A transport, what came to it, and what it threw away. */
async function open() {
  const packets = new Mailbox<{ readonly text: string; readonly route: Route }>();
  const drops = new Mailbox<string>();
  const transport = await openTcp({
    onPacket: (bytes, route) => packets.put({ text: Buffer.from(bytes.subarray(2)).toString(), route }),
    onDrop: drops.put,
  });
  onTestFinished(() => transport.close());
  return { transport, packets, drops };
}

/** A bare connection to a transport. */
async function call({ transport }: Awaited<ReturnType<typeof open>>): Promise<Socket> {
  const socket = connect(transport.path.port, transport.path.ip);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** A listener that accepts and does no more. */
async function deaf() {
  const sockets: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => sockets.push(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return routeTo({ type: "tcp4", ip: "127.0.0.1", port: (server.address() as AddressInfo).port });
}

/** Does something again and again until something has happened. */
async function repeat(act: () => void, until: Promise<unknown>): Promise<void> {
  let isOver = false;
  void until.then(() => {
    isOver = true;
  });
  while (!isOver) {
    act();
    await new Promise(setImmediate);
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe("packets over TCP", () => {
  it("go both ways on the connection that the caller has made", async () => {
    const [alice, bob] = [await open(), await open()];
    for (const text of ["one", "two", "x".repeat(1_300)]) {
      alice.transport.send(packet(text), routeTo(bob.transport.path));
      const { text: heard, route } = await bob.packets.next();
      expect(heard).toBe(text);
      expect(route).toMatchObject({ cloaked: true, dial: false });
      bob.transport.send(packet(`back: ${text}`), route);
      expect((await alice.packets.next()).text).toBe(`back: ${text}`);
    }
  });

  it("are the same in whatever pieces they come, with signs of life between them and without a cloak", async () => {
    const bob = await open();
    const socket = await call(bob);
    const chunks = [
      ...splitPacket(cloak(packet("y".repeat(600)), { randomBytes })),
      ACK_CHUNK,
      ...splitPacket(packet("plain")),
    ];
    socket.setNoDelay(true);
    for (const byte of Buffer.concat(chunks)) socket.write(Uint8Array.of(byte));
    expect((await bob.packets.next()).text).toBe("y".repeat(600));
    const { text, route } = await bob.packets.next();
    expect([text, route.cloaked]).toEqual(["plain", false]);
    bob.transport.send(packet("plain, too"), route);
    const [bytes] = await once(socket, "data");
    expect(new Uint8Array(bytes)).toEqual(new Uint8Array(Buffer.concat(splitPacket(packet("plain, too")))));
  });

  it("are dropped where they are too long or none, and the next one is read", async () => {
    const bob = await open();
    const socket = await call(bob);
    const chunk = Buffer.concat([Uint8Array.of(255), new Uint8Array(255)]);
    for (let sent = 0; sent <= limits.lobPacket; sent += 255) socket.write(chunk);
    socket.write(Uint8Array.of(0));
    expect(await bob.drops.next()).toBe("tcp.wire.too-long");
    socket.write(Uint8Array.of(1, 7, 0));
    expect(await bob.drops.next()).toBe("tcp.wire.truncated");
    socket.write(Buffer.concat(splitPacket(packet("after"))));
    expect((await bob.packets.next()).text).toBe("after");
  });

  it("find a new connection when the old one was cut", async () => {
    const [alice, bob] = [await open(), await open()];
    const link = await openRoughTcpLink(bob.transport.path, { pieces: 3, delay: 0, seed: 7 });
    onTestFinished(() => link.close());
    alice.transport.send(packet("before"), routeTo(link.path));
    const { text, route } = await bob.packets.next();
    expect(text).toBe("before");
    link.cut();
    // Nobody can call back to the port that a caller came from; the caller can call again.
    const dropped = bob.drops.next();
    await repeat(() => bob.transport.send(packet("nowhere"), route), dropped);
    expect(await dropped).toMatch(/^tcp\.(gone|full|error)$/);
    const next = bob.packets.next();
    await repeat(() => alice.transport.send(packet("after"), routeTo(link.path)), next);
    expect((await next).text).toBe("after");
    expect(link.carried).toBeGreaterThan(2);
  });
});

it("takes so many connections and no more", async () => {
  const bob = await open();
  const sockets = await Promise.all(Array.from({ length: MOST_CONNECTIONS }, () => call(bob)));
  const late = connect(bob.transport.path.port, bob.transport.path.ip);
  await once(late, "close");
  sockets[0]?.write(Buffer.concat(splitPacket(packet("still heard"))));
  expect((await bob.packets.next()).text).toBe("still heard");
});

describe("a peer that does not read", () => {
  it("is not read from while answers wait for it", async () => {
    const sent = 20_000;
    let heard = 0;
    const answer = packet("a".repeat(60_000));
    const bob = await openTcp({
      onPacket: (_, route) => {
        heard++;
        bob.send(answer, route);
      },
      onDrop: () => undefined,
    });
    onTestFinished(() => bob.close());
    const socket = connect(bob.path.port, bob.path.ip).pause();
    onTestFinished(() => void socket.destroy());
    const question = Buffer.concat(splitPacket(packet("q".repeat(1_000))));
    for (let i = 0; i < sent; i++) socket.write(question);
    for (let before = -1, turns = 0; turns < 500; turns = heard === before ? turns + 1 : 0) {
      before = heard;
      await new Promise(setImmediate);
    }
    expect(heard).toBeGreaterThan(0);
    expect(heard).toBeLessThan(sent / 10);
  });

  it("costs a bounded amount of memory, and is cut off", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const alice = await open();
    const route = await deaf();
    const large = packet("z".repeat(60_000));
    const dropped = alice.drops.next();
    let sent = 0;
    // The system takes some megabytes before anything waits here.
    await repeat(() => {
      sent += large.length;
      expect(sent).toBeLessThan(64 * 1024 * 1024 + MOST_WAITING);
      alice.transport.send(large, route);
    }, dropped);
    expect(await dropped).toBe("tcp.full");
    vi.advanceTimersByTime(PATIENCE);
    // The next packet finds a new connection, and so room.
    await vi.waitFor(async () => {
      const full = alice.drops.next().then(() => "full");
      alice.transport.send(large, route);
      expect(await Promise.race([full, new Promise((resolve) => setImmediate(resolve, "sent"))])).toBe("sent");
    });
  });
});
