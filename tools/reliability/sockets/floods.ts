import { address } from "../client.ts";
import type { Relay } from "../relay.ts";
import { type Dialect, request } from "../texts/case.ts";
import { sleep } from "../wait.ts";
import { frame, Opcode } from "./frame.ts";
import { RawSocket } from "./raw-socket.ts";

/** Where an attack takes place, and how long it lasts. */
export interface Ground {
  readonly url: string;
  readonly relay: Relay;
  /** Seconds that a flood lasts. */
  readonly seconds: number;
}

/** An attack by volume. Whoever it comes from never reads what it is answered. */
export interface Flood {
  readonly name: string;
  run(ground: Ground): Promise<void>;
}

/** Sockets of one flood, half of them in each dialect. */
const SOCKETS = 12;
/** Bytes that are written at a time. */
const BLOCK = 128 * 1024;
const LARGE = 65_536;

const dialectOf = (i: number): Dialect => (i % 2 === 0 ? "countersign.v1" : "mpc-websocket");

const inFragments = (text: string): Buffer =>
  Buffer.concat(
    [...Buffer.from(text)].map((byte, i, bytes) =>
      frame({
        opcode: i === 0 ? Opcode.text : Opcode.continuation,
        fin: i === bytes.length - 1,
        payload: Uint8Array.of(byte),
      }),
    ),
  );

const create = '["a",{"parties":2,"threshold":1}]';
const invite = '{"kind":"exchange","parties":2,"threshold":2}';

/** What is sent again and again, in a frame of its own or more. */
const blocks: readonly (readonly [name: string, bytes: Buffer])[] = [
  ["pings", frame({ opcode: Opcode.ping, payload: "a".repeat(125) })],
  ["empty pings", frame({ opcode: Opcode.ping })],
  ["pongs", frame({ opcode: Opcode.pong, payload: "a".repeat(125) })],
  ["calls with answers", frame({ payload: request("Relay.info", "{}") })],
  ["calls that write to the disk", frame({ payload: `[${request("Invitation.create", invite)}]` })],
  ["groups", frame({ payload: request("Group.create", create) })],
  ["empty texts", frame()],
  ["texts of 64 KiB that are nothing", frame({ payload: "x".repeat(LARGE) })],
  ["texts of 64 KiB that nest", frame({ payload: "[".repeat(LARGE) })],
  ["batches of empty batches", frame({ payload: `[${"[],".repeat(20_000)}[]]` })],
  ["binary frames of 64 KiB", frame({ opcode: Opcode.binary, payload: Buffer.alloc(LARGE) })],
  ["texts in parts of one byte", inFragments(request("?", "[]").padEnd(64))],
];

/** Everything that can be sent without end. */
export const floods: readonly Flood[] = [
  ...blocks.map(([name, bytes]): Flood => {
    const block = Buffer.concat(Array.from({ length: Math.max(1, Math.floor(BLOCK / bytes.length)) }, () => bytes));
    return { name, run: (ground) => pour(ground, block) };
  }),
  { name: "connections that are opened and broken", run: churn },
];

/** All sockets send as fast as they are read, and take nothing. */
async function pour({ url, seconds }: Ground, block: Buffer): Promise<void> {
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, (_, i) => RawSocket.open(url, { dialect: dialectOf(i), from: address(100 + i) })),
  );
  const end = performance.now() + seconds * 1_000;
  for (const { socket } of sockets) {
    socket.pause();
    const more = () => {
      if (performance.now() < end && socket.writable && socket.write(block)) setImmediate(more);
    };
    socket.on("drain", more);
    more();
  }
  await sleep(seconds * 1_000);
  for (const socket of sockets) socket.destroy();
}

/** Connections at each stage of their opening, broken there. */
async function churn({ url, seconds }: Ground): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  const lane = async (_: unknown, i: number) => {
    for (let n = 0; performance.now() < end; n++) {
      const from = address(200 + i * 8 + (n % 8));
      const socket =
        n % 3 === 0 ? new RawSocket(url, { from }) : await RawSocket.open(url, { from }).catch(() => undefined);
      if (n % 3 === 2) socket?.send({ payload: request("Invitation.create", invite) });
      await sleep(1);
      if (n % 2 === 0) socket?.socket.resetAndDestroy();
      else socket?.destroy();
    }
  };
  await Promise.all(Array.from({ length: SOCKETS }, lane));
}
