import type { Load, Outcome, RunOptions, Shape } from "./load.ts";
import type { Server } from "./server.ts";
import type { Subject } from "./subject.ts";

/** A relay that runs. */
export interface Running {
  readonly subject: Subject;
  readonly server: Server;
}

/** What one relay showed in one shape: medians over the rounds. */
export interface Row {
  readonly name: string;
  readonly outcome: Outcome;
  /** Deliveries against those of each other relay, by name: medians of the ratios inside a round. */
  readonly against: ReadonlyMap<string, number>;
  /** Half the distance between the quartiles of the deliveries, as a fraction of the median. */
  readonly spread: number;
}

/**
 * Measures all relays in turn, round after round, so that a machine that drifts drifts under all of them. Only ratios
 * from inside one round are compared.
 */
export async function compare(
  load: Load,
  running: readonly Running[],
  { shape, rounds, run }: { readonly shape: Shape; readonly rounds: number; readonly run: RunOptions },
): Promise<readonly Row[]> {
  const outcomes = running.map((): Outcome[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { subject, server }] of running.entries()) {
      outcomes[i]?.push(await load.run(subject, server, shape, run));
    }
  }
  return running.map(({ subject }, i) => {
    const own = outcomes[i] ?? [];
    const deliveries = own.map((outcome) => outcome.deliveries);
    const against = running.map((other, j): [string, number] => {
      const ratios = deliveries.map((value, round) => value / (outcomes[j]?.[round]?.deliveries ?? Number.NaN));
      return [other.subject.name, quantile(ratios, 0.5)];
    });
    return {
      name: subject.name,
      outcome: medians(own),
      against: new Map(against),
      spread: (quantile(deliveries, 0.75) - quantile(deliveries, 0.25)) / 2 / quantile(deliveries, 0.5),
    };
  });
}

function medians(outcomes: readonly Outcome[]): Outcome {
  const median = (name: keyof Outcome) =>
    quantile(
      outcomes.map((outcome) => outcome[name]),
      0.5,
    );
  return {
    messages: median("messages"),
    deliveries: median("deliveries"),
    serverShare: median("serverShare"),
    generatorShare: median("generatorShare"),
    p50: median("p50"),
    p99: median("p99"),
  };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
