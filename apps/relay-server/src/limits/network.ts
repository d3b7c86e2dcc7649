import { isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";

/** Bytes of an IPv6 address that count: whoever has one address has all behind them. */
const NETWORK_BYTES = 8;

/** Whether a text is an address as it is usually written: of the old short forms of IPv4 (`1.5`) none is meant. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv6.isValid(text) || ipaddr.IPv4.isValidFourPartDecimal(text);
}

/**
 * What counts as one address: IPv4 as it is, also when it is written as IPv6, and of other IPv6 the first 64 bits. The
 * text is only for comparing. What is no address is taken for one of its own kind.
 */
export function networkOf(address: string): string {
  // As a socket writes it, it is written as it should be. To read it takes 2 KiB of memory, and it is asked for twice.
  if (isIPv4(address)) return address;
  if (!isAddress(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return Buffer.from(parsed.toByteArray().slice(0, NETWORK_BYTES)).toString("hex");
}
