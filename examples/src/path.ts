import * as v from "valibot";

/** Where an endpoint can be reached over a network, as telehash writes it in JSON. */
export const NetworkPath = v.object({
  type: v.picklist(["udp4", "udp6", "tcp4", "tcp6"]),
  ip: v.pipe(v.string(), v.ip()),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
});
export type NetworkPath = v.InferOutput<typeof NetworkPath>;

/** What a transport was told to listen on. */
export interface Interface {
  readonly ip: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** What a transport carries packets by. */
export type Protocol = "udp" | "tcp";

/** The path of an address and a port, as `node:dgram` and `node:net` have them. */
export function pathOf(protocol: Protocol, { ip, port }: Interface): NetworkPath {
  return { type: `${protocol}${ip.includes(":") ? 6 : 4}`, ip, port };
}

/** One text for each path: a name in a map, and what a person reads. */
export function formatPath({ type, ip, port }: NetworkPath): string {
  return type.endsWith("6") ? `${type} [${ip}]:${port}` : `${type} ${ip}:${port}`;
}
