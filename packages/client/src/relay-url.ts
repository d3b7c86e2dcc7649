import { COUNTERSIGN_V1_PATH } from "@countersign/rpc";
import { UsageError } from "@countersign/wire";

/** A relay's address as people write it, without the path of the dialect. Throws `UsageError` if it is none. */
export function relayAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "ws:" && url.protocol !== "wss:")) {
    throw new UsageError("usage.relay-url", "the address of a relay begins with ws:// or wss://");
  }
  const path = url.pathname.replace(/\/+$/, "");
  return `${url.protocol}//${url.host}${path.endsWith(COUNTERSIGN_V1_PATH) ? path.slice(0, -COUNTERSIGN_V1_PATH.length) : path}`;
}

/**
 * The addresses of the nodes of one relay, each once: each text is one, or several with commas between. Throws
 * `UsageError` for what is none.
 */
export function relayAddresses(urls: string | readonly string[]): readonly [string, ...string[]] {
  const [first = "", ...more] = [urls].flat().flatMap((text) => text.split(","));
  const address = relayAddress(first.trim());
  return [address, ...new Set(more.map((text) => relayAddress(text.trim())).filter((other) => other !== address))];
}

/** Where the relay of this address serves the dialect. */
export function relayEndpoint(address: string): string {
  return address + COUNTERSIGN_V1_PATH;
}
