import ipaddr from "ipaddr.js";
import { ConfigError } from "../config/given.ts";

/** Whether somebody at an address may connect. */
export type AllowedAddresses = (address: string | undefined) => boolean;

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

const LOOPBACK = ["127.0.0.0/8", "::1"];

/** Loopback, and what was listed. Throws `ConfigError`. */
export function createAllowedAddresses(listed: readonly string[]): AllowedAddresses {
  const networks = [...LOOPBACK, ...listed].map(readNetwork);
  return (text) => {
    if (text === undefined || !ipaddr.isValid(text)) return false;
    // IPv4 also where a socket for both writes it as IPv6.
    const address = ipaddr.process(text);
    return networks.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));
  };
}

function readNetwork(text: string): Network {
  const [address = "", mask, ...rest] = text.split("/");
  const network = isAddress(address) && rest.length === 0 ? ipaddr.process(address) : undefined;
  const bits = network && bitsOf(mask, network.kind() === "ipv4" ? 32 : 128);
  if (network === undefined || bits === undefined) {
    throw new ConfigError("rpcallowip is an address, or a network like 10.0.0.0/8, 10.0.0.0/255.0.0.0 or fd00::/8");
  }
  return [network, bits];
}

function bitsOf(mask: string | undefined, all: number): number | undefined {
  if (mask === undefined) return all;
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= all ? Number(mask) : undefined;
  if (!isAddress(mask)) return undefined;
  const parsed = ipaddr.parse(mask);
  const bits = parsed.prefixLengthFromSubnetMask();
  return bits !== null && parsed.toByteArray().length * 8 === all ? bits : undefined;
}

/** Of the old short forms of IPv4 (`10.1`) none is meant. */
function isAddress(text: string): boolean {
  return ipaddr.IPv6.isValid(text) || ipaddr.IPv4.isValidFourPartDecimal(text);
}
