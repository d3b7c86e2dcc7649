import { compare, type Effort, type Subject } from "../measure.ts";
import { gridOf } from "../report.ts";
import { kinds3a, kindsOfStrangers } from "./kinds3a.ts";
import { kinds43 } from "./kinds43.ts";
import { clockAtRest, type Kind } from "./receiver.ts";
import { drive, exchange3a, identity, meet } from "./sides3a.ts";
import { exchange43 } from "./sides43.ts";

/** Exchanges per second, and what it costs to refuse a handshake beside accepting one. */
export async function e3x(effort: Effort): Promise<readonly string[]> {
  const how = `Median of ${effort.rounds} interleaved rounds, all on one core with the backend of Node; ratios are medians of the ratios inside a round.`;
  return [
    how,
    exchanges(effort),
    refusals("0x43, a first contact", kinds43("pair"), effort),
    refusals("0x43, a re-link", kinds43("link"), effort),
    refusals("0x3a, a peer that is known", kinds3a(), effort),
    refusals("0x3a, a stranger", kindsOfStrangers(), effort),
    "Before authentication means by whoever can send packets. A handshake that was recorded and is sent again is authentic.",
  ];
}

function exchanges(effort: Effort): string {
  const clock = clockAtRest();
  const [one, other] = [identity(), identity()];
  const [a, b] = exchange3a(one, other, clock);
  const subjects: readonly Subject[] = [
    { name: "0x43, first contact, without scrypt", run: () => exchange43("pair", clock) },
    { name: "0x43, re-link", run: () => exchange43("link", clock) },
    { name: "0x3a, first handshake", run: () => void exchange3a(one, other, clock) },
    { name: "0x3a, keep-alive", run: () => meet(a, b, drive(a, { type: "keep-alive" }, clock), clock) },
  ];
  const rows = compare({ title: "", subjects }, effort).map(({ name, microseconds, spread }) => [
    name,
    time(microseconds),
    percent(spread),
    Math.round(1e6 / microseconds).toLocaleString("en"),
  ]);
  return gridOf([["exchange, both sides, up to CONFIRMED at both", "median", "spread", "per second"], ...rows]);
}

/** The first kind is what is accepted. */
function refusals(title: string, kinds: readonly Kind[], effort: Effort): string {
  for (const { name, expected, run } of kinds) {
    const { sent, dropped } = run();
    const found = dropped ?? (sent > 0 ? "answer" : "nothing");
    if (found !== expected) throw new Error(`${title}, ${name}: ${found} in place of ${expected}`);
  }
  const subjects = kinds.map(({ name, run }) => ({ name, run: () => void run() }));
  const rows = compare({ title, subjects }, effort).map(({ name, microseconds, spread, ratio }, index) => {
    const { packets = 1, expected = "" } = kinds[index] ?? {};
    return [name, expected, time(microseconds / packets), percent(spread), (ratio / packets).toFixed(3)];
  });
  return gridOf([[title, "outcome", "a packet", "spread", "÷ accepted"], ...rows]);
}

function time(microseconds: number): string {
  return microseconds < 1_000 ? `${microseconds.toFixed(1)} µs` : `${(microseconds / 1_000).toFixed(2)} ms`;
}

function percent(fraction: number): string {
  return `± ${(100 * fraction).toFixed(0)} %`;
}
