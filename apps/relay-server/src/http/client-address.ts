import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { isAddress } from "../limits/network.ts";
import type { TrustProxy } from "../relay-options.ts";

/** Whose request it is, as far as the relay can know. */
export interface ClientAddresses {
  of(request: IncomingMessage): string;
  /** Whether a request says for whom it was made, and is not believed. */
  isHidden(request: IncomingMessage): boolean;
  /** Whether a socket from there may carry requests of anybody. */
  isProxy(address: string): boolean;
}

/**
 * Finds the client behind proxies. `X-Forwarded-For` is read from its end, where each proxy has put whom it was called
 * by, and only as far as those are trusted that have written it: everything before may be the client's invention.
 * Throws `RangeError` for what is no address.
 */
export function createClientAddresses(trust: TrustProxy = 0): ClientAddresses {
  const isTrusted = typeof trust === "number" ? isOfTheNearest(trust) : isOneOf(trust);
  return {
    of({ socket, headers }) {
      const forwarded = headers["x-forwarded-for"];
      const chain = [socket.remoteAddress ?? "", ...listOf(forwarded).reverse()];
      let hop = 0;
      while (isTrusted(chain[hop] ?? "", hop) && isAddress(chain[hop + 1] ?? "")) hop++;
      return chain[hop] ?? "";
    },
    isHidden: ({ socket, headers }) =>
      headers["x-forwarded-for"] !== undefined && !isTrusted(socket.remoteAddress ?? "", 0),
    isProxy: (address) => isTrusted(address, 0),
  };
}

/** Whether a proxy's address or network is written so that it can be compared. */
export function isNetwork(text: string): boolean {
  return isAddress(text.split("/")[0] ?? "") && (isAddress(text) || ipaddr.isValidCIDR(text));
}

function isOfTheNearest(count: number): (address: string, hop: number) => boolean {
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`${count} is no number of proxies`);
  return (_, hop) => hop < count;
}

function isOneOf(networks: readonly string[]): (address: string) => boolean {
  const parsed = networks.map((text) => {
    if (!isNetwork(text)) throw new RangeError(`${text} is neither an address nor a network`);
    return isAddress(text) ? hostNetwork(text) : ipaddr.parseCIDR(text);
  });
  return (address) => {
    if (!isAddress(address)) return false;
    const one = ipaddr.process(address);
    return parsed.some(([network, bits]) => one.kind() === network.kind() && one.match(network, bits));
  };
}

function hostNetwork(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join() : (header ?? "");
  return text.split(",").map((entry) => entry.trim());
}
