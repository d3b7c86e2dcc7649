import { address } from "../client.ts";
import type { Figure, Scale } from "../proof.ts";
import { request } from "../texts/case.ts";
import { sleep, until } from "../wait.ts";
import type { Ground } from "./floods.ts";
import { frame } from "./frame.ts";
import { RawSocket, upgradeLines } from "./raw-socket.ts";

/** An attack by patience or by number, and what it comes to. */
export interface Siege {
  readonly name: string;
  run(ground: Ground, scale: Scale): Promise<readonly Figure[]>;
}

/** Connections from one address; below what the relay allows. */
const PER_ADDRESS = 40;
/** Milliseconds between two bytes of who is slow. */
const DRIP = 400;
/** Seconds after which who is too slow, or says nothing, has to be gone: a grace of ten, and who looks may be late. */
const GONE = 16;
/** What the relay lets one address have. */
const ALLOWED = 256;

/** Everything that takes place and gives nothing. */
export const sieges: readonly Siege[] = [
  { name: "slow and silent", run: slow },
  { name: "one address", run: oneAddress },
  { name: "no more files", run: noFiles },
];

/** Requests and messages byte by byte, and connections that say nothing at all. */
async function slow({ url }: Ground, scale: Scale): Promise<readonly Figure[]> {
  const count = scale === "quick" ? 100 : 1_000;
  const from = (kind: number, i: number) => address(1_000 + kind * 100 + Math.floor(i / PER_ADDRESS));
  const many = <T>(make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const requests = many((i) => new RawSocket(url, { from: from(0, i) }));
  const mute = many((i) => new RawSocket(url, { from: from(1, i) }));
  const silent = await inWaves(count, (i) => RawSocket.open(url, { from: from(2, i) }));
  const messages = await inWaves(count, (i) => RawSocket.open(url, { dialect: "mpc-websocket", from: from(3, i) }));

  const request = Buffer.from(`${upgradeLines("countersign.v1").join("\r\n")}\r\nX: ${"a".repeat(4_096)}`);
  const message = frame({ payload: "x".repeat(65_536) });
  let drops = 0;
  const dripping = setInterval(() => {
    for (const one of requests) one.write(request.subarray(drops, drops + 1));
    for (const one of messages) one.write(message.subarray(drops, drops + 1));
    drops++;
  }, DRIP);
  const left = (all: readonly RawSocket[]) => all.filter(({ isGone }) => !isGone).length;
  await until(() => left([...requests, ...mute, ...silent]) === 0, GONE);
  clearInterval(dripping);
  const codes = await Promise.all(silent.map((one) => one.closeCode()));
  const figures = [
    { name: `requests byte by byte, of ${count} still there`, value: left(requests), unit: "", target: { atMost: 0 } },
    { name: `connections without a byte, of ${count} still there`, value: left(mute), unit: "", target: { atMost: 0 } },
    {
      name: `WebSockets without a call, of ${count} still there`,
      value: left(silent),
      unit: "",
      target: { atMost: 0 },
    },
    {
      name: "of these closed with 4001",
      value: codes.filter((code) => code === 4001).length,
      unit: "",
      target: { atLeast: count },
    },
    { name: `messages byte by byte, of ${count} still there`, value: left(messages), unit: "" },
  ];
  for (const one of [...requests, ...mute, ...silent, ...messages]) one.destroy();
  return figures;
}

/** As many WebSockets as one address can ask for. */
async function oneAddress({ url }: Ground, scale: Scale): Promise<readonly Figure[]> {
  const count = scale === "quick" ? 500 : 20_000;
  // Not faster than an address may ask, at first: so that it is the number that is reached.
  const pause = scale === "quick" ? 1_200 : 500;
  const held: RawSocket[] = [];
  const statuses = new Map<number, number>();
  const asked = async () => {
    const one = new RawSocket(url, { from: address(3_000) });
    const status = await one.ask(upgradeLines("mpc-websocket"));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 101) held.push(one);
    else one.destroy();
  };
  for (let wave = 0; wave < count / 100; wave++) {
    await Promise.all(Array.from({ length: 100 }, asked));
    if (wave < 20) await sleep(pause);
  }
  const refused = (statuses.get(429) ?? 0) + (statuses.get(503) ?? 0);
  const taken = statuses.get(101) ?? 0;
  await sleep(1_000);
  for (const one of held) one.destroy();
  return [
    { name: "sockets asked for", value: count, unit: "" },
    // Some of the sieges before may still be counted; the limit itself is tested to the connection.
    { name: "taken", value: taken, unit: "", target: { atLeast: 0.9 * ALLOWED, atMost: ALLOWED } },
    { name: "refused with a status", value: refused, unit: "" },
    { name: "cut without a word", value: count - taken - refused, unit: "" },
  ];
}

/** More connections than the relay's process may have open. */
async function noFiles({ url, relay, seconds }: Ground): Promise<readonly Figure[]> {
  const spare = 32;
  const sockets: RawSocket[] = [];
  const before = relay.openFiles();
  relay.limitFiles(before + spare);
  for (let i = 0; i < 8 * spare; i++)
    sockets.push(new RawSocket(url, { from: address(4_000 + Math.floor(i / PER_ADDRESS)) }));
  for (const one of sockets) one.write(`${upgradeLines("mpc-websocket").join("\r\n")}\r\n\r\n`);
  await sleep(seconds * 1_000);
  const most = relay.openFiles();
  const call = frame({ payload: request("?", "[]") });
  for (const one of sockets) one.write(call);
  await sleep(500);
  for (const one of sockets) one.destroy();
  await until(() => relay.openFiles() <= before + 4, 5);
  return [
    { name: "files that were free and were used up", value: most - before, unit: "", target: { atLeast: spare - 2 } },
    {
      name: "files left open behind it",
      value: Math.max(0, relay.openFiles() - before),
      unit: "",
      target: { atMost: 4 },
    },
  ];
}

/** Makes many, a hundred at a time. */
async function inWaves<T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let begin = 0; begin < count; begin += 100) {
    const wave = Array.from({ length: Math.min(100, count - begin) }, (_, i) => make(begin + i));
    made.push(...(await Promise.all(wave)));
  }
  return made;
}
