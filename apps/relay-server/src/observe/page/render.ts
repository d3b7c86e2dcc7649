import { createHash } from "node:crypto";
import type { Status } from "../status.ts";
import type { Readiness, Storage } from "../view.ts";
import { formatBytes, formatCount, formatDelay, formatDuration } from "./format.ts";
import { limitRows } from "./limit-rows.ts";
import { script } from "./script.ts";
import { sparkline } from "./sparkline.ts";
import { style } from "./style.ts";

/** Two rings that are linked: what two parties have signed together. */
const rings =
  '<circle cx="12" cy="16" r="8.5"/><path d="M17.5 9.5a8.5 8.5 0 1 1-1.2 11.7"/><path d="M15.2 18.6a8.5 8.5 0 0 1-.2-4.4"/>';
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="COLOR" stroke-width="3" stroke-linecap="round" aria-hidden="true">${rings}</svg>`;

/** What the page may load: its own style and script, its own address, and its own icon. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src '${sourceHash(style)}'`,
  `script-src '${sourceHash(script)}'`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const states: Readonly<Record<Readiness, string>> = {
  ready: "Ready",
  loading: "Loading",
  draining: "Closing down",
  "store-failed": "The store has failed",
};

const stores: Readonly<Record<Storage, string>> = {
  disk: "on disk, synced",
  memory: "in memory",
  engine: "in an engine that relays share",
  other: "of another program",
};

/** The status page. Nothing in it came from a client, so nothing has to be escaped. */
export function renderPage(status: Status, links: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Countersign relay</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon.replace("COLOR", "#2f9a7f"))}">
<style>${style}</style>
</head>
<body>
<header>
${icon.replace("COLOR", "currentColor")}
<h1>Countersign relay</h1>
<div role="status" class="state">${live("state", "span", state(status.readiness))}</div>
<p>It introduces people and machines that sign together to each other and carries their messages. What they encrypt end to end, it cannot read.</p>
</header>
<p id="lost" class="alarm" role="alert" hidden>The relay does not answer at the moment. What you see is how it was.</p>
<main>
${numbers(status)}
${lastMinute(status)}
<div class="columns">
<section aria-labelledby="about"><h2 id="about">This relay</h2>${aboutTable(status)}</section>
<section aria-labelledby="limits"><h2 id="limits">Limits</h2>${table(limitRows(status.limits))}</section>
</div>
</main>
<footer>${links.map((link) => `<a href="${link}">${link}</a>`).join("")}</footer>
<script>${script}</script>
</body>
</html>
`;
}

function numbers({ connections, sessions, groups, invitations }: Status): string {
  const tiles = [
    ["connections", "Connections", sum(connections), list(connections)],
    ["sessions", "Sessions", sum(sessions), list(sessions)],
    ["groups", "Groups", groups, "of people or machines"],
    ["invitations", "Invitations", invitations, "with a number to say"],
  ] as const;
  const cells = tiles.map(([id, name, count, more]) => {
    const content = `<div class="value">${formatCount(count)}</div><div class="more">${more}</div>`;
    return `<div><dt>${name}</dt>${live(id, "dd", content)}</div>`;
  });
  return `<dl class="tiles numbers">${cells.join("\n")}</dl>`;
}

function lastMinute({ minute }: Status): string {
  const perSecond = (count: number) => `${formatCount(count)} /s`;
  const curves = [
    ["received", "Messages in", minute.received, perSecond, 10],
    ["delivered", "Events out", minute.delivered, perSecond, 10],
    ["bytes", "Traffic", minute.bytes, (count: number) => `${formatBytes(count)}/s`, 1_024],
    ["commits", "Store writes", minute.commits, perSecond, 10],
  ] as const;
  const figures = curves.map(([id, name, values, format, floor]) => {
    const now = format(values.at(-1) ?? 0);
    const highest = `highest ${format(Math.max(0, ...values))}`;
    const curve = sparkline(values, { floor, label: `${name} in the last minute: now ${now}, ${highest}` });
    return `<figure><figcaption>${name}</figcaption>${live(
      `minute-${id}`,
      "div",
      `<div class="value">${now}</div>${curve}<div class="more">${highest}</div>`,
    )}</figure>`;
  });
  return `<section aria-labelledby="minute"><h2 id="minute">The last minute</h2><div class="tiles">${figures.join("\n")}</div></section>`;
}

function aboutTable({ version, node, dialects, storage, uptime, waitingBytes, keptBytes, minute }: Status): string {
  return table([
    ["Version", version],
    ["Node.js", node],
    ["Dialects", dialects.map((dialect) => `<span>${dialect}</span>`).join(", ")],
    ["Store", stores[storage]],
    ["Running for", live("uptime", "span", formatDuration(uptime))],
    ["Kept for clients", live("kept", "span", formatBytes(keptBytes))],
    ["Waiting for clients", live("waiting", "span", formatBytes(waitingBytes))],
    ["Longest delay", live("delay", "span", formatDelay(Math.max(0, ...minute.delay)))],
  ]);
}

function table(rows: readonly (readonly [name: string, value: string])[]): string {
  const lines = rows.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`);
  return `<table><tbody>${lines.join("\n")}</tbody></table>`;
}

function state(readiness: Readiness): string {
  return `<span${readiness === "ready" ? "" : ' class="not-ready"'}><span class="dot"></span>${states[readiness]}</span>`;
}

/** An element that the script keeps up to date. */
function live(id: string, element: string, content: string): string {
  return `<${element} id="${id}" data-live>${content}</${element}>`;
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `<span>${formatCount(count)} ${name}</span>`)
    .join(" ");
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function sourceHash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
