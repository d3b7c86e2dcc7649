import { Counter, Gauge, Registry } from "prom-client";
import { addHistogram, type Series } from "./histogram.ts";
import { type Metric, metricTable } from "./metric-table.ts";
import { addProcessMetrics } from "./process-metrics.ts";
import type { View } from "./view.ts";

/** The metrics of a relay, in a registry of its own. Values are read when somebody asks for them. */
export function createMetrics(view: View): Registry {
  const registry = new Registry();
  for (const metric of metricTable) addMetric(registry, metric, view);
  addHistogram(registry, {
    name: "countersign_relay_call_duration_seconds",
    help: "Time from reading a call to its answer, the wait for the disk included.",
    read: () =>
      [...view.tally.traffic].flatMap(([dialect, { calls }]) =>
        [...calls].flatMap(([method, { durations }]): Series[] =>
          durations.count === 0 ? [] : [[{ dialect, method }, durations]],
        ),
      ),
  });
  addHistogram(registry, {
    name: "countersign_relay_store_commit_duration_seconds",
    help: "Time that one transaction of the store took until it was durable.",
    read: () => [[{}, view.tally.commits]],
  });
  addProcessMetrics(registry);
  return registry;
}

function addMetric(registry: Registry, { type, name, help, labels = [], read }: Metric, view: View): void {
  const description = { name: `countersign_relay_${name}`, help, labelNames: labels, registers: [registry] };
  if (type === "counter") {
    new Counter({
      ...description,
      collect() {
        // It counts up from 0 each time, because the counting itself happens elsewhere.
        this.reset();
        for (const [names, value] of read(view)) this.inc(names, value);
      },
    });
    return;
  }
  new Gauge({
    ...description,
    collect() {
      this.reset();
      for (const [names, value] of read(view)) this.set(names, value);
    },
  });
}
