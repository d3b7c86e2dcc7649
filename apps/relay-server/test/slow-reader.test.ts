import { mkdtempSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRelay } from "@countersign/relay-server";
import { afterEach, expect, it, vi } from "vitest";
import { Client, member, text, uuid } from "./client.ts";
import { unpaced } from "./unpaced.ts";

const MESSAGES = 300;
const SIZE = 60_000;

afterEach(() => {
  vi.restoreAllMocks();
});

/** The most that was ever waiting for one socket of a relay, in bytes. */
function watchSockets(relay: { readonly url: string }): { readonly most: () => number } {
  const port = Number(new URL(relay.url).port);
  let most = 0;
  const { write } = Socket.prototype;
  vi.spyOn(Socket.prototype, "write").mockImplementation(function (this: Socket, ...args: unknown[]) {
    const written: boolean = Reflect.apply(write, this, args);
    if (this.localPort === port) most = Math.max(most, this.writableLength);
    return written;
  });
  return { most: () => most };
}

it("a member that does not read costs little, delays nobody, and gets everything in the end", async () => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
  const relay = await startRelay({ data: directory, limits: unpaced });
  const watched = watchSockets(relay);
  const three = (n: number) => member(n, { parties: 3 });
  const [sender, reader, slow] = await Promise.all([1, 2, 3].map(() => Client.connect(relay.url)));
  if (sender === undefined || reader === undefined || slow === undefined) throw new Error("no clients");
  await sender.call("Session.open", three(1));
  await reader.call("Session.open", three(2));
  await slow.call("Session.open", three(3));
  slow.webSocket.pause();

  for (let cseq = 1; cseq <= MESSAGES; cseq++) {
    const encoded = Buffer.alloc((SIZE / 4) * 3, `${cseq};`).toString("base64url");
    await sender.call("Session.message", { session: uuid(2), cseq, envelopes: [{ to: 0, body: encoded }] });
    // Whoever keeps up is never behind by more than what is under way.
    await reader.until(() => reader.bodies().length === cseq);
  }
  // 18 MB wait for the slow one: they are on the disk, not in buffers. One event may stand above the mark.
  expect(watched.most()).toBeGreaterThan(192 * 1024);
  expect(watched.most()).toBeLessThan((256 + 64) * 1024);

  slow.webSocket.resume();
  await slow.until(() => slow.bodies().length === MESSAGES);
  expect(slow.bodies().map((one) => text(one).split(";", 1)[0])).toEqual(
    Array.from({ length: MESSAGES }, (_, i) => `${i + 1}`),
  );
  const chain = slow.events.filter(({ name }) => name === "message").map(({ params }) => params);
  expect(chain.map(({ previous }) => previous)).toEqual([2, ...chain.slice(0, -1).map(({ seq }) => seq)]);

  for (const client of [sender, reader, slow]) await client.close();
  await relay.close();
  rmSync(directory, { recursive: true, force: true });
});

it("a client that asks without reading the answers is not read any more", async () => {
  const relay = await startRelay({ limits: unpaced });
  const watched = watchSockets(relay);
  const [greedy, other] = await Promise.all([1, 2].map(() => Client.connect(relay.url)));
  if (greedy === undefined || other === undefined) throw new Error("no clients");
  greedy.webSocket.pause();
  const asked = 40_000;
  for (let id = 1; id <= asked; id++) greedy.webSocket.send(`{"jsonrpc":"2.0","id":${id},"method":"Relay.info"}`);
  for (let i = 0; i < 100; i++) await other.call("Relay.info", {});
  // The questions of one read from the socket may be answered above the mark: 12 MB of answers wait to be asked for.
  expect(watched.most()).toBeLessThan(1024 * 1024);
  greedy.webSocket.resume();
  await greedy.when(() => greedy.texts.length === asked);
  for (const client of [greedy, other]) await client.close();
  await relay.close();
});
