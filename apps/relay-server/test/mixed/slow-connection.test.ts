import { Socket } from "node:net";
import { createMemoryStore, type LogRecord, type LogStore } from "@countersign/relay";
import { startRelay } from "@countersign/relay-server";
import { afterEach, expect, it, vi } from "vitest";
import { type MpcSocket, team } from "../mpc/mpc-socket.ts";
import { unpaced } from "../unpaced.ts";

const MESSAGES = 320;
const SIZE = 60_000;

afterEach(() => {
  vi.restoreAllMocks();
});

it("a connection that reads slowly is told everything from the log, costs little, and delays nobody", async () => {
  let waiting = 0;
  const store = createMemoryStore();
  const relay = await startRelay({ store, limits: unpaced });
  const { group, members } = await team(relay.url, { size: 3 });
  const [a, slow, c] = members as [MpcSocket, MpcSocket, MpcSocket];
  const { uuid } = await a.result<{ uuid: string }>("Session.create", [group, "keygen", null]);
  for (const one of [slow, c]) await one.next();
  for (const one of members) await one.ask("Session.signup", [group, uuid, "keygen"]);
  for (const one of [a, slow]) await one.next();
  await c.rest();
  const stored = () => readAll(store, `group/${group}`);
  watchServerSockets(relay.url, (bytes) => {
    waiting = Math.max(waiting, bytes);
  });

  slow.webSocket.pause();
  const send = (n: number) =>
    a.ask("Session.message", [group, uuid, "keygen", { round: n, sender: 1, uuid, body: "x".repeat(SIZE) }]);
  for (let n = 1; n <= MESSAGES; n++) {
    await send(n);
    // Who keeps up is never behind by more than what is under way.
    expect(JSON.parse(await c.next()).result[1].round).toBe(n);
  }
  // Most of 19 MB waits for the slow one: in the log, but for what the system has taken. One event may stand above the mark.
  expect(waiting).toBeGreaterThan(192 * 1024);
  expect(waiting).toBeLessThan((256 + 64) * 1024);
  expect((await stored()).length).toBeGreaterThan(MESSAGES / 2);

  slow.webSocket.resume();
  for (let n = 1; n <= MESSAGES; n++) expect(JSON.parse(await slow.next()).result[1].round).toBe(n);
  // Now that everybody has them, the log is freed of them when it is put in order the next time.
  for (let n = 0; n < 600; n++) await a.ask("Session.join", [group, uuid, "keygen"]);
  const left = await stored();
  expect(left.length).toBeLessThan(700);
  // What was said last is freed with what is said next.
  expect(left.filter(({ entry }) => entry.includes('"relay"')).length).toBeLessThan(64);
  await relay.close();
});

async function readAll(store: LogStore, log: string): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for (;;) {
    const portion = await store.read(log, records.at(-1)?.position ?? 0, 1_000);
    if (portion.length === 0) return records;
    records.push(...portion);
  }
}

/** Reports how many bytes wait in the sockets of the server whenever something is given to one. */
function watchServerSockets(url: string, report: (bytes: number) => void): void {
  const port = Number(new URL(url).port);
  const { write } = Socket.prototype;
  vi.spyOn(Socket.prototype, "write").mockImplementation(function (this: Socket, ...args: unknown[]) {
    const written: boolean = Reflect.apply(write, this, args);
    if (this.localPort === port) report(this.writableLength);
    return written;
  });
}
