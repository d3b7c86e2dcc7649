import type { Tally, Traffic } from "./tally.ts";
import type { View } from "./view.ts";

/** One line of a metric: its labels and its value. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

export interface Metric {
  readonly type: "counter" | "gauge";
  /** Behind `countersign_relay_`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  read(view: View): readonly Sample[];
}

/**
 * All metrics but the histograms and those of the process. Every combination of labels that may count is there from
 * the beginning, so that the first time of something is a rise from 0.
 */
export const metricTable: readonly Metric[] = [
  {
    type: "counter",
    name: "received_messages_total",
    help: "Messages that came from clients.",
    labels: ["dialect"],
    read: byDialect(({ receivedMessages }) => receivedMessages),
  },
  {
    type: "counter",
    name: "received_bytes_total",
    help: "Bytes of messages that came from clients, without frames and TLS.",
    labels: ["dialect"],
    read: byDialect(({ receivedBytes }) => receivedBytes),
  },
  {
    type: "counter",
    name: "sent_messages_total",
    help: "Answers and events that were written to clients.",
    labels: ["dialect"],
    read: byDialect(({ sentMessages }) => sentMessages),
  },
  {
    type: "counter",
    name: "sent_bytes_total",
    help: "Bytes of what was written to clients, without TLS.",
    labels: ["dialect"],
    read: byDialect(({ sentBytes }) => sentBytes),
  },
  {
    type: "counter",
    name: "delivered_events_total",
    help: "Events that were handed to the connections of members.",
    labels: ["dialect"],
    read: byDialect(({ deliveredEvents }) => deliveredEvents),
  },
  {
    type: "counter",
    name: "dropped_messages_total",
    help: "What came from clients and was not carried out because it could not be understood, by reason.",
    labels: ["dialect", "reason"],
    read: byDialectAndReason(({ dropped }) => dropped),
  },
  {
    type: "counter",
    name: "calls_total",
    help: "Calls that were answered, by method and by what came of them: ok or the code of the error.",
    labels: ["dialect", "method", "outcome"],
    read: ({ tally }) => [...tally.traffic].flatMap(([dialect, { calls }]) => callsOf(dialect, calls)),
  },
  {
    type: "counter",
    name: "connections_opened_total",
    help: "Clients that were given a connection.",
    labels: ["dialect"],
    read: byDialect(({ opened }) => opened),
  },
  {
    type: "counter",
    name: "connections_closed_total",
    help: "Connections that have ended, by reason; client means that the client went or was lost.",
    labels: ["dialect", "reason"],
    read: byDialectAndReason(({ closed }) => closed),
  },
  {
    type: "counter",
    name: "connections_refused_total",
    help: "Clients that were given no connection, by reason.",
    labels: ["reason"],
    read: ({ tally }) => samples("reason", tally.refused),
  },
  {
    type: "gauge",
    name: "connections",
    help: "Clients that are connected now.",
    labels: ["dialect"],
    read: (view) => samples("dialect", view.census().connections),
  },
  {
    type: "gauge",
    name: "connections_limit",
    help: "Clients that may be connected at a time.",
    read: ({ limits }) => [[{}, limits.connections]],
  },
  {
    type: "counter",
    name: "pauses_total",
    help: "How often a connection was not read for a while because a limit was reached, by whose limit.",
    labels: ["scope"],
    read: ({ tally }) => samples("scope", tally.pauses),
  },
  {
    type: "gauge",
    name: "waiting_bytes",
    help: "Bytes in memory that clients have not taken yet.",
    read: (view) => [[{}, view.census().waitingBytes]],
  },
  {
    type: "gauge",
    name: "kept_bytes",
    help: "Bytes of sessions and messages that the relay keeps until everybody has them.",
    read: (view) => [[{}, view.census().keptBytes]],
  },
  {
    type: "gauge",
    name: "kept_bytes_limit",
    help: "Bytes of sessions and messages that the relay keeps at most.",
    read: ({ limits }) => [[{}, limits.bytes]],
  },
  {
    type: "counter",
    name: "store_operations_total",
    help: "Entries that the store has made durable.",
    read: ({ tally }) => [[{}, tally.operations]],
  },
  {
    type: "counter",
    name: "store_failures_total",
    help: "What the store could not carry out. Look at the disk, or at the engine.",
    read: ({ tally }) => [[{}, tally.storeFailures]],
  },
  {
    type: "gauge",
    name: "store_works",
    help: "1 if the store takes entries, 0 from when it has failed until it works again.",
    read: ({ tally }) => [[{}, tally.isStoreFailing ? 0 : 1]],
  },
  {
    type: "counter",
    name: "damaged_groups_total",
    help: "Groups that were set aside because their data has changed on the disk.",
    read: ({ tally }) => [[{}, tally.damagedGroups]],
  },
  {
    type: "gauge",
    name: "groups",
    help: "Groups that the relay keeps; of relays that share a store each counts those that it runs.",
    read: (view) => [[{}, view.census().groups]],
  },
  {
    type: "gauge",
    name: "sessions",
    help: "Sessions that the relay keeps, by where their life stands; those of groups that two nodes run count at both.",
    labels: ["phase"],
    read: (view) => samples("phase", view.census().sessions),
  },
  {
    type: "gauge",
    name: "sessions_limit",
    help: "Sessions that the relay keeps at most.",
    read: ({ limits }) => [[{}, limits.sessions]],
  },
  {
    type: "gauge",
    name: "invitations",
    help: "Invitations whose numbers are taken.",
    read: (view) => [[{}, view.census().invitations]],
  },
  {
    type: "gauge",
    name: "nodes",
    help: "Relays that are there and share one store, as this one sees it and itself among them.",
    read: (view) => [[{}, view.census().together.nodes]],
  },
  {
    type: "gauge",
    name: "node_number",
    help: "The number under which the relays that share its store know this one, in their logs; 0 if it can have no others.",
    read: (view) => [[{}, view.census().together.number]],
  },
  {
    type: "gauge",
    name: "sessions_of_all_nodes",
    help: "Sessions of all relays that share one store, each once: the same at every one of them.",
    read: (view) => [[{}, view.census().together.sessions]],
  },
  {
    type: "gauge",
    name: "event_loop_delay_seconds",
    help: "The longest time within the last minute in which the relay could do nothing else.",
    read: ({ pulse }) => [[{}, pulse.longestDelay]],
  },
  {
    type: "gauge",
    name: "ready",
    help: "1 if the relay takes new clients, 0 while it loads or drains and after its store has failed.",
    read: (view) => [[{}, view.readiness() === "ready" ? 1 : 0]],
  },
  {
    type: "gauge",
    name: "build_info",
    help: "Always 1; the labels say what is running.",
    labels: ["version", "node"],
    read: ({ version }) => [[{ version, node: process.versions.node }, 1]],
  },
];

function byDialect(read: (traffic: Traffic) => number): Metric["read"] {
  return ({ tally }) => [...tally.traffic].map(([dialect, traffic]) => [{ dialect }, read(traffic)]);
}

function byDialectAndReason(read: (traffic: Traffic) => Readonly<Record<string, number>>): Metric["read"] {
  return ({ tally }: { readonly tally: Tally }) =>
    [...tally.traffic].flatMap(([dialect, traffic]) =>
      Object.entries(read(traffic)).map(([reason, count]): Sample => [{ dialect, reason }, count]),
    );
}

function callsOf(dialect: string, calls: Traffic["calls"]): readonly Sample[] {
  return [...calls].flatMap(([method, { outcomes }]) =>
    [...outcomes].map(([outcome, count]): Sample => [{ dialect, method, outcome }, count]),
  );
}

function samples(label: string, counts: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(counts).map(([name, count]) => [{ [label]: name }, count]);
}
