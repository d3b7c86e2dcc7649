import type { ServerResponse } from "node:http";
import type { Caller } from "@countersign/cosign";

/** What a caller is made of. */
export interface OneCallerParts {
  readonly mayCall: Caller["mayCall"];
  readonly makeSignal: () => AbortSignal;
  readonly wait: Caller["waiting"];
}

/** Who makes one call. A class, because an object with a getter of its own is slow to make, and there is one for each call. */
export class OneCaller implements Caller {
  readonly mayCall: Caller["mayCall"];
  readonly waiting: Caller["waiting"];
  readonly #makeSignal: () => AbortSignal;
  #signal: AbortSignal | undefined;

  constructor({ mayCall, makeSignal, wait }: OneCallerParts) {
    this.mayCall = mayCall;
    this.waiting = wait;
    this.#makeSignal = makeSignal;
  }

  /** Made for those who look at it: most calls are over before anybody could go away. */
  get signal(): AbortSignal {
    this.#signal ??= this.#makeSignal();
    return this.#signal;
  }
}

/** Aborted when the connection ends before the answer. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  if (response.destroyed) gone.abort();
  return gone.signal;
}
