import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, it } from "vitest";
import { takenBytes } from "../../src/protocol/taken-bytes.ts";

it("what the system takes of a single write is seen before the write is done", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  const [socket] = (await once(server, "connection")) as [Socket];
  const size = 64 * 1024 * 1024;
  socket.write(Buffer.alloc(size));
  const before = takenBytes(socket);
  const first = await takeSome(client);
  await expect.poll(() => takenBytes(socket)).not.toBe(before);
  expect(first).toBeLessThan(size);
  // Of all this Node itself counts nothing.
  expect(socket.writableLength).toBe(size);
  client.destroy();
  socket.destroy();
  server.close();
});

/** Takes so much that a sender hears of it: some megabytes. */
function takeSome(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    let taken = 0;
    const count = (chunk: Buffer) => {
      taken += chunk.length;
      if (taken < 16 * 1024 * 1024) return;
      socket.off("data", count).pause();
      resolve(taken);
    };
    socket.on("data", count).resume();
  });
}
