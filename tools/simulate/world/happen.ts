import type { Net } from "./net.ts";
import type { Party } from "./party.ts";
import type { Mishap } from "./plan.ts";
import type { RelayNode } from "./relay-node.ts";
import type { Trace } from "./trace.ts";

/** Whom something can happen to. */
export interface Scene {
  readonly nodes: readonly RelayNode[];
  readonly net: Net;
  readonly parties: readonly Party[];
  readonly trace: Trace;
  readonly mallory: number | undefined;
}

/** Lets something go wrong now. */
export function happen(
  mishap: Exclude<Mishap, { readonly type: "kill-ready" }>,
  { nodes, net, parties, trace, mallory }: Scene,
): void {
  trace.note("!", JSON.stringify(mishap));
  switch (mishap.type) {
    case "crash":
      return nodes[mishap.node]?.restart(mishap.awayMs);
    case "drain":
      return void nodes[mishap.node]?.drain(mishap.awayMs);
    case "apart":
      return nodes[mishap.node]?.part(mishap.ms);
    case "cut":
      return net.cut(`${mishap.party}`);
    case "freeze":
      return net.freeze(`${mishap.party}`, mishap.ms);
    case "kill":
      if (mishap.party !== mallory) parties[mishap.party - 1]?.kill(mishap.awayMs);
  }
}
