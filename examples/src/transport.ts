import { lookup } from "node:dns/promises";
import { type Interface, type NetworkPath, type Protocol, pathOf } from "./path.ts";
import type { LinkUri } from "./peer-address.ts";

/** A path, and how it is used. */
export interface Route extends NetworkPath {
  /** Whether packets wear a cloak there: who comes without one is answered without one. */
  readonly cloaked: boolean;
  /** Whether a connection may be made to it. To the port that somebody called from, none can. */
  readonly dial: boolean;
}

/** Carries packets, each for itself, and promises nothing: they may be lost, doubled and reordered. */
export interface Transport {
  /** Where it listens. */
  readonly path: NetworkPath;
  /** Sends a packet if it can. What does not arrive, the endpoint sends again. */
  send(packet: Uint8Array, route: Route): void;
  close(): Promise<void>;
}

export type OpenTransport = (options: TransportOptions) => Promise<Transport>;

export interface TransportOptions {
  /** Default: a free port of 127.0.0.1. */
  readonly listen?: Interface;
  /** A packet out of its cloak, and the way back to its sender. */
  readonly onPacket: (packet: Uint8Array, route: Route) => void;
  /** Bytes that were thrown away, in either direction, and why. */
  readonly onDrop: (code: string) => void;
}

export const LOOPBACK: Interface = { ip: "127.0.0.1", port: 0 };

/** The route to a listener, for whoever calls it. */
export function routeTo(path: NetworkPath): Route {
  return { ...path, cloaked: true, dial: true };
}

/** A route as the endpoint carries it around: it compares routes, and does not look into them. */
export function textOf(route: Route): string {
  return JSON.stringify(route);
}

/** The route that a text of ours stands for. */
export function routeOf(text: string): Route {
  return JSON.parse(text);
}

/** The route to where a URI points. */
export async function findRoute(protocol: Protocol, { host, port }: LinkUri): Promise<Route> {
  const { address } = await lookup(host);
  return routeTo(pathOf(protocol, { ip: address, port }));
}
