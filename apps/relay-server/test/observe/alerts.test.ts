import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { placesOf } from "../installed.ts";
import { watchedForEachTest } from "./watched.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const alerts = path("../../deploy/alerts.yml");
const watch = watchedForEachTest();
const [promtool] = placesOf("promtool");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const { groups } = parse(readFileSync(alerts, "utf8")) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

it("alerts ask for metrics that the relay has", async () => {
  const { meter, text } = await watch();
  meter.called("countersign.v1", "Relay.info", "ok", 0);
  const metrics = await text("/metrics");
  expect(rules.length).toBeGreaterThan(8);
  for (const { alert, expr } of rules) {
    const asked = expr.match(/\b(?:countersign_relay|process)_[a-z_]+/g) ?? [];
    if (!/\bup\b/.test(expr)) expect(asked.length, alert).toBeGreaterThan(0);
    for (const name of asked) expect(metrics, `${alert} asks for ${name}`).toMatch(new RegExp(`^${name}[{ ]`, "m"));
  }
});

it("the README tells of metrics that the relay has", async () => {
  const { meter, text } = await watch();
  meter.called("countersign.v1", "Relay.info", "ok", 0);
  const metrics = await text("/metrics");
  const told = readFileSync(path("../../README.md"), "utf8").match(/\b(?:countersign_relay|process)_[a-z_]+/g) ?? [];
  expect(told.length).toBeGreaterThan(10);
  for (const name of told) expect(metrics, name).toContain(`\n# TYPE ${name} `);
});

it("each alert says what is wrong and what to do, to a page or a ticket", () => {
  for (const { alert, labels, annotations } of rules) {
    expect(["page", "ticket"], alert).toContain(labels.severity);
    expect(annotations.summary, alert).toContain("$labels.instance");
    expect(annotations.description, alert).toMatch(/[.?]$/);
  }
});

describe.skipIf(promtool === undefined)("promtool (needs promtool)", () => {
  it("accepts the rules", () => {
    const { status, stderr } = spawnSync(`${promtool}`, ["check", "rules", alerts], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("sees each alert come and stay away when it should", () => {
    const { status, stdout, stderr } = spawnSync(`${promtool}`, ["test", "rules", path("alerts.promtool.yml")], {
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).toContain("SUCCESS");
    expect(status).toBe(0);
    const tried = readFileSync(path("alerts.promtool.yml"), "utf8");
    for (const { alert } of rules) expect(tried).toContain(`alertname: ${alert}\n`);
  });
});
