import type { MethodName, MethodParams } from "@countersign/rpc";
import type { Need } from "../core/nodes/nodes.ts";
import type { Caller } from "./dialect.ts";

/** What a call is about that its handler looks up, undefined where it looks nothing up. */
export function needOf<Name extends MethodName>(method: Name, params: MethodParams<Name>): Need | undefined {
  if (method === "Session.resume") return { session: (params as MethodParams<"Session.resume">).session };
  if (method === "Invitation.claim") return { nameplate: (params as MethodParams<"Invitation.claim">).nameplate };
  return "group" in params ? { group: params.group } : undefined;
}

/**
 * Keeps the calls of a connection in order where one has to wait until this node has read what it is about: those behind
 * it wait, too. A relay of one node has everything, and nobody ever waits.
 */
export class Preparing {
  readonly #last = new Map<Caller, Promise<void>>();

  /** Whether calls of a connection wait. */
  holds(caller: Caller): boolean {
    return this.#last.size > 0 && this.#last.has(caller);
  }

  /** Prepares a call when those before it are prepared; undefined if it can begin now. Rejects as `prepare` does. */
  before(caller: Caller, prepare: () => Promise<void> | undefined): Promise<void> | undefined {
    const last = this.#last.get(caller);
    const ready = last === undefined ? prepare() : last.then(prepare);
    if (ready === undefined) return undefined;
    // Whoever waits for it is called before those who wait for this one.
    const settled = ready.catch(() => undefined);
    this.#last.set(caller, settled);
    void settled.then(() => {
      if (this.#last.get(caller) === settled) this.#last.delete(caller);
    });
    return ready;
  }
}
