import { DEFAULT_RELAY } from "../options.ts";

/** What the other side types. A code is no part of it: a command line is seen by others and kept in a history. */
export function commandFor(command: string, relay: string, options: readonly string[] = []): string {
  const words = ["countersign", command, ...options];
  if (relay === DEFAULT_RELAY) return words.join(" ");
  const quoted = /^[\w:/.,@%+=-]+$/.test(relay) ? relay : `'${relay.replaceAll("'", "'\\''")}'`;
  return [...words, "--relay", quoted].join(" ");
}
