import { COUNTERSIGN_V1, MPC_WEBSOCKET, methods, mpcMethods } from "@countersign/rpc";
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits/limits.ts";
import type { Log } from "../log.ts";
import { version } from "../version.ts";
import { type Census, cachedCensus } from "./census.ts";
import { createPages, type Pages } from "./http.ts";
import { type PagesListener, servePages } from "./listener.ts";
import type { Meter } from "./meter.ts";
import { createMetrics } from "./metrics.ts";
import { Pulse } from "./pulse.ts";
import { Tally } from "./tally.ts";
import type { Readiness, Storage, View } from "./view.ts";

export interface ObserverOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly storage: Storage;
  readonly log: Log;
}

/** While a relay loads. */
const nobody: Census = {
  ...{ groups: 0, invitations: 0, sessions: {}, connections: {}, waitingBytes: 0, keptBytes: 0 },
  together: { number: 0, nodes: 0, sessions: 0 },
};

/** Watches a relay from its first moment to its last, and shows what it sees. */
export class Observer {
  readonly #tally: Tally;
  readonly #pulse: Pulse;
  readonly #view: View;
  readonly #log: Log;
  #stage: Exclude<Readiness, "store-failed"> = "loading";
  #count: () => Census = () => nobody;
  #listener: PagesListener | undefined;

  constructor({ clock, limits, storage, log }: ObserverOptions) {
    this.#log = log;
    const started = clock.now();
    const dialects = { [COUNTERSIGN_V1]: Object.keys(methods), [MPC_WEBSOCKET]: Object.keys(mpcMethods) };
    this.#tally = new Tally(dialects, (failure) => {
      if (failure === undefined) log.info({}, "the store works again");
      else log.error({ reason: failure }, "the store has failed; nothing is acknowledged until it works again");
    });
    this.#pulse = new Pulse(this.#tally, clock);
    this.#view = {
      tally: this.#tally,
      pulse: this.#pulse,
      limits,
      version,
      storage,
      readiness: () => (this.#stage === "ready" && this.#tally.isStoreFailing ? "store-failed" : this.#stage),
      census: cachedCensus(clock, () => this.#count()),
      uptime: () => (clock.now() - started) / 1_000,
    };
  }

  get meter(): Meter {
    return this.#tally;
  }

  /** All pages for one listener. `metrics` and `status`: whether those are among them. */
  pages({ metrics, status }: { readonly metrics: boolean; readonly status: boolean }): Pages {
    return createPages(this.#view, {
      metrics: metrics ? createMetrics(this.#view) : undefined,
      status,
      log: this.#log,
    });
  }

  /** The relay takes clients from now on; `count` counts what there is. */
  ready(count: () => Census): void {
    this.#count = count;
    this.#stage = "ready";
  }

  /** The relay takes no clients any more. */
  draining(): void {
    this.#stage = "draining";
  }

  /** Serves the metrics at an address of their own; from now on, so that those who watch see the relay load. */
  async serveMetrics(at: { readonly host: string; readonly port: number }): Promise<void> {
    this.#listener = await servePages(this.pages({ metrics: true, status: false }), at);
  }

  /** Where the metrics are, if they have an address of their own. */
  get metricsUrl(): string | undefined {
    return this.#listener && `${this.#listener.url}/metrics`;
  }

  async close(): Promise<void> {
    this.#pulse.close();
    await this.#listener?.close();
  }
}
