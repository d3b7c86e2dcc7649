import { type RelayOptions, type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Client } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { RawSocket } from "./raw-socket.ts";
import { lineOf } from "./watched.ts";

/** Everything that the relay counts by reason, provoked for real at a relay of its own. */
export interface Provocation {
  readonly options?: RelayOptions;
  /** May answer what has to be done at the end. */
  provoke(stage: Stage): unknown;
}

export interface Stage {
  readonly url: string;
  /** Where the dialect is served that is looked at. */
  readonly path: "/v1" | "/mpc";
  readonly relay: RunningRelay;
  readonly clock: ManualClock;
  metric(line: string): Promise<number | undefined>;
  /** Resolves when the metric is above 0. */
  moved(line: string): Promise<void>;
}

export const V1 = "countersign.v1";
export const MPC = "mpc-websocket";
const running: RunningRelay[] = [];
/** Cut at the end of the test. */
export const sockets: { terminate(): void }[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await Promise.all(running.splice(0).map((relay) => relay.close({ drain: 0 })));
});

/** The tests of a metric with a label for reasons: each of them is provoked, and there is no other one. */
export function provokeEach<Reason extends string>(
  { what, reasons, line }: { what: string; reasons: readonly Reason[]; line: (reason: Reason) => string },
  provocations: { readonly [Name in Reason]: Provocation },
): void {
  describe(`the relay ${what}`, () => {
    it("for no reason that cannot be provoked", () => {
      expect(Object.keys(provocations).sort()).toEqual([...reasons].sort());
    });
    it.each(reasons)("%s", (reason) => expectMove(line(reason), provocations[reason]));
  });
}

/** Starts a relay that ends with the test. */
export async function start(options: RelayOptions = {}): Promise<RunningRelay> {
  const relay = await startRelay({ metrics: { host: "127.0.0.1", port: 0 }, ...options });
  running.push(relay);
  return relay;
}

/** Starts a relay, lets happen what is to happen, and waits for the metric to move from 0. */
async function expectMove(line: string, { options = {}, provoke }: Provocation): Promise<void> {
  const path = line.includes(MPC) ? "/mpc" : "/v1";
  const clock = new ManualClock();
  const relay = await start({ clock, ...options });
  const metric = async (one: string) => {
    const response = await fetch(`${relay.metricsUrl}`);
    return lineOf(await response.text(), `countersign_relay_${one}`);
  };
  const moved = async (one: string) => {
    while (((await metric(one)) ?? 0) === 0);
  };
  expect(await metric(line)).toBe(0);
  const end = await provoke({ url: relay.url, path, relay, clock, metric, moved });
  await moved(line);
  expect(await metric(line)).toBeGreaterThan(0);
  if (typeof end === "function") end();
}

export async function raw(url: string, path: "/v1" | "/mpc" = "/v1"): Promise<RawSocket> {
  const socket = await RawSocket.connect(url, path);
  sockets.push({ terminate: () => socket.socket.destroy() });
  return socket;
}

export async function connect(url: string): Promise<Client> {
  const client = await Client.connect(url);
  sockets.push(client.webSocket);
  return client;
}

export async function connectMpc(url: string): Promise<MpcSocket> {
  const socket = await MpcSocket.connect(url);
  sockets.push(socket.webSocket);
  return socket;
}

/** Asks for a WebSocket as nobody is to get one. */
export function ask(
  url: string,
  { protocol = V1, ...options }: { protocol?: string } & WebSocket.ClientOptions = {},
): void {
  const socket = new WebSocket(url, protocol === "" ? [] : [protocol], options);
  socket.on("error", () => undefined);
  sockets.push(socket);
}

/** A relay that closes so slowly that there is somebody to ask; what is answered makes an end of it. */
export async function beginToClose({ url, relay, clock }: Stage): Promise<() => void> {
  await connect(url);
  await connect(url);
  void relay.close({ drain: 60 });
  return () => clock.pass(60);
}
