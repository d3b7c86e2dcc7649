import { readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { commandLine, misused } from "../command-line/command-line.ts";
import { ceremony } from "./ceremony/ceremony.ts";
import { collapses } from "./collapse.ts";
import { daemon } from "./daemon/daemon.ts";
import { e3x } from "./e3x/e3x.ts";
import { type Comparison, compare, type Effort } from "./measure.ts";
import { nodes } from "./nodes/nodes.ts";
import { glance } from "./relay/glance.ts";
import { relay } from "./relay/relay.ts";
import { relink } from "./relink/relink.ts";
import { table } from "./report.ts";
import { writeSection } from "./sections.ts";
import { signing } from "./signing/signing.ts";
import { start } from "./start/start.ts";
import { store } from "./store/store.ts";
import { aead } from "./subjects/aead.ts";
import { pairing } from "./subjects/pairing.ts";
import { spake2 } from "./subjects/spake2.ts";
import { xx } from "./subjects/xx.ts";

/** A part measures and says what it found, paragraph by paragraph. */
type Part = (effort: Effort) => Promise<readonly string[]>;

const parts: Readonly<Record<string, Part>> = {
  noise: timesOf(xx),
  channel: timesOf(aead),
  spake2: timesOf(async () => spake2()),
  pairing: timesOf(async () => pairing()),
  e3x,
  signing,
  ceremony,
  relink,
  relay,
  "relay-glance": glance,
  store,
  nodes,
  daemon,
  start,
};

/** Parts that are held against what another one has written. */
const recordedAs: Readonly<Record<string, string>> = { "relay-glance": "relay" };

/** How often a part is measured again in which a ratio has collapsed. */
const AGAIN = 2;

const usage = `Measures beside peers, as ratios inside one run: pnpm bench [PART ...] [--quick] [--write FILE] [--against FILE]

Parts: ${Object.keys(parts).join(", ")}.

All of them where none is named. --quick: shorter, the scale of CI. --write: puts what was found into its sections of a
document. --against: exit status 1 if a ratio is below half of what such a document says. Wants a build.`;

const { values, positionals } = commandLine(usage, {
  quick: { type: "boolean", default: false },
  write: { type: "string" },
  against: { type: "string" },
});
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) misused(`There is no part ${unknown.join(", ")}.\n\n${usage}`);

const all = Object.keys(parts).filter((name) => recordedAs[name] === undefined);
const effort = values.quick ? { rounds: 3, sliceMs: 20 } : { rounds: 15, sliceMs: 80 };
const cpu = cpus()[0]?.model ?? "an unknown processor";
const machine = `Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} × ${cpu}.`;
process.stdout.write(`${machine}\n`);
for (const name of positionals.length > 0 ? positionals : all) {
  const found = (await parts[name]?.(effort)) ?? [];
  process.stdout.write(`\n## ${name}\n\n${found.join("\n\n")}\n`);
  if (values.against !== undefined) await hold(values.against, name, found);
  if (values.write === undefined || recordedAs[name] !== undefined) continue;
  const text = [machine, ...found].join("\n\n");
  writeFileSync(values.write, writeSection(readFileSync(values.write, "utf8"), name, text));
}

/**
 * Says which ratios have collapsed since the document was written, and fails if one has. On a machine that others use,
 * one run proves nothing: what has collapsed must do so again.
 */
async function hold(path: string, name: string, found: readonly string[]): Promise<void> {
  if (found.length === 0) return void process.stdout.write("Nothing could be measured: others use the machine.\n");
  const document = readFileSync(path, "utf8");
  const section = recordedAs[name] ?? name;
  const first = collapses(document, section, found.join("\n\n"));
  let { collapsed } = first;
  for (let again = 0; again < AGAIN && collapsed.length > 0; again++) {
    const next = collapses(document, section, ((await parts[name]?.(effort)) ?? []).join("\n\n"));
    collapsed = collapsed.filter(({ place }) => next.collapsed.some((one) => one.place === place));
  }
  process.stdout.write(`\n${first.compared} ratios held against ${path}, ${collapsed.length} collapsed.\n`);
  for (const { place, value, before } of collapsed) {
    process.stdout.write(`COLLAPSED ${place}: ${value}, was ${before}\n`);
  }
  // A part of which nothing can be compared is a name that has changed, and would never fail again.
  if (first.compared === 0 || collapsed.length > 0) process.exitCode = 1;
}

/** Comparisons that run inside this process. */
function timesOf(make: () => Promise<readonly Comparison[]>): Part {
  return async (effort) => {
    const tables = (await make()).map((comparison) => table(comparison, compare(comparison, effort)));
    const how = `Median of ${effort.rounds} interleaved rounds; ratios are medians of the ratios inside a round.`;
    return [how, ...tables];
  };
}
