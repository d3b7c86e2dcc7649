import type { Metric, Registry } from "prom-client";
import { bounds, type Durations } from "./durations.ts";

/** What is measured of one combination of labels. */
export type Series = readonly [labels: Readonly<Record<string, string>>, durations: Durations];

interface HistogramOptions {
  readonly name: string;
  readonly help: string;
  /** Called when somebody asks for the metric. */
  read(): readonly Series[];
}

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * Adds a histogram whose numbers are kept elsewhere. One of prom-client keeps its own, and to add to it costs more than
 * half a microsecond, for each message of the relay.
 */
export function addHistogram(registry: Registry, { name, help, read }: HistogramOptions): void {
  const metric = {
    name,
    help,
    get: async () => {
      const values = read().flatMap(([labels, durations]) => samplesOf(name, labels, durations));
      return { name, help, type: "histogram", aggregator: "sum", values };
    },
  };
  // A registry wants no more of a metric than this.
  registry.registerMetric(metric as unknown as Metric);
}

function samplesOf(name: string, labels: Series[0], { counts, count, sum }: Durations): Value[] {
  let below = 0;
  const buckets = bounds.map((le, i): Value => {
    below += counts[i] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { le: "+Inf", ...labels }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
