import { COUNTERSIGN_V1, MPC_WEBSOCKET, methods, mpcMethods } from "@countersign/rpc";
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits/limits.ts";
import { version } from "../version.ts";
import { type Census, cachedCensus } from "./census.ts";
import { createPages, type Pages } from "./http.ts";
import type { Meter } from "./meter.ts";
import { createMetrics } from "./metrics.ts";
import { Pulse } from "./pulse.ts";
import { Tally } from "./tally.ts";
import type { Readiness, View } from "./view.ts";

export interface ObserverOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Whether what is acknowledged survives the process. */
  readonly durable: boolean;
  /** Counts what there is. */
  readonly count: () => Census;
}

/** Watches a relay from its first moment to its last, and shows what it sees. */
export class Observer {
  readonly #tally = new Tally({ [COUNTERSIGN_V1]: Object.keys(methods), [MPC_WEBSOCKET]: Object.keys(mpcMethods) });
  readonly #pulse: Pulse;
  readonly #view: View;
  #stage: Exclude<Readiness, "store-failed"> = "loading";

  constructor({ clock, limits, durable, count }: ObserverOptions) {
    const started = clock.now();
    this.#pulse = new Pulse(this.#tally, clock);
    this.#view = {
      tally: this.#tally,
      pulse: this.#pulse,
      limits,
      version,
      durable,
      readiness: () => (this.#stage === "ready" && this.#tally.isStoreFailing ? "store-failed" : this.#stage),
      census: cachedCensus(clock, count),
      uptime: () => (clock.now() - started) / 1_000,
    };
  }

  get meter(): Meter {
    return this.#tally;
  }

  /** All pages for one listener. `metrics` and `status`: whether those are among them. */
  pages({ metrics, status }: { readonly metrics: boolean; readonly status: boolean }): Pages {
    return createPages(this.#view, { metrics: metrics ? createMetrics(this.#view) : undefined, status });
  }

  /** The relay takes clients from now on. */
  ready(): void {
    this.#stage = "ready";
  }

  /** The relay takes no clients any more. */
  draining(): void {
    this.#stage = "draining";
  }

  close(): void {
    this.#pulse.close();
  }
}
