import { readFileSync } from "node:fs";
import {
  dialectLimits,
  events,
  MAX_BATCH,
  type MethodName,
  methods,
  mpcMethods,
  mpcRules,
  relayErrors,
} from "@countersign/rpc";
import { limits } from "@countersign/wire";
import { describe, expect, it } from "vitest";

const spec = readFileSync(new URL("../../../spec/0006-relay.md", import.meta.url), "utf8");

/** The text of a section, without those below it. */
function section(heading: string): string {
  const start = spec.indexOf(`# ${heading}\n`);
  expect(start, heading).toBeGreaterThan(0);
  return spec.slice(start).split("\n").slice(1).join("\n").split(/^#/m)[0] ?? "";
}

describe("spec 0006 says what the tables say", () => {
  const headings = [...spec.matchAll(/^### 4\.\d+ (\S+)$/gm)].map(
    ([line, name]) => [line.slice(4), name ?? ""] as const,
  );

  it("of methods, all and no others", () => {
    expect(headings.map(([, name]) => name)).toEqual(Object.keys(methods));
  });

  it.each(headings)("%s: parameters in the order of their positions", (heading, name) => {
    const [sentence = ""] = section(heading).trim().split("Result:");
    const said = [...sentence.matchAll(/(?:^|[ ,;])`([a-z]+)(\??)`/g)].map(
      ([, param, optional]) => `${param}${optional}`,
    );
    const { entries } = methods[name as MethodName].params;
    const params = Object.entries(entries).map(
      ([param, schema]) => `${param}${schema.type === "exact_optional" ? "?" : ""}`,
    );
    expect(said.slice(0, params.length)).toEqual(params);
  });

  it("of events", () => {
    for (const name of Object.keys(events)) expect(section("5. Events")).toContain(`\`${name}\``);
  });

  it("of errors and their numbers", () => {
    const rows = [...section("8. Errors").matchAll(/^\| (-320\d\d) \| `(relay\.[a-z-]+)` \| (yes|no) \|/gm)];
    const said = rows.map(([, number, code, retryable]) => [code, Number(number), retryable === "yes"]);
    expect(said).toEqual(Object.entries(relayErrors).map(([code, { number, retryable }]) => [code, number, retryable]));
  });

  it("of the methods of mpc-websocket, all and no others", () => {
    const rows = [...section("11.3 Methods").matchAll(/^\| `(\S+)` \| ([^|]+) \|/gm)];
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(mpcMethods));
    for (const [, name, said = ""] of rows) {
      const { fields } = mpcMethods[name as keyof typeof mpcMethods];
      expect([name, said.replaceAll(/\{.*\}/g, "").split(", ").length]).toEqual([name, Object.keys(fields).length]);
    }
  });

  it("of the rules of mpc-websocket", () => {
    const filled = (text: string) => text.replaceAll(/\b(?:UUID|SESSION|CONNECTION|NUMBER)\b/g, "X");
    const said = [...filled(section("11.4 Rules")).matchAll(/`([^`]+)`/g)].map(([, text]) => text);
    for (const rule of Object.values(mpcRules) as ((...words: unknown[]) => string)[]) {
      expect(said).toContain(rule("X", "X"));
    }
  });

  it("of limits, all and no others", () => {
    const rows = [...section("8.1 Limits").matchAll(/^\| (`.*`) \| ([^|]+) \|/gm)];
    const said = rows.flatMap(([, names = ""]) => [...names.matchAll(/`([a-zA-Z]+)`/g)].map(([, name]) => name));
    expect(said.sort()).toEqual(Object.keys(methods["Relay.info"].result.entries.limits.entries).sort());
    const fixed = Object.fromEntries(rows.slice(0, 11).map(([, name, value]) => [name?.slice(1, -1), value]));
    const text = (count: number) => count.toLocaleString("en");
    expect(fixed).toEqual({
      message: text(limits.relayMessage),
      depth: text(limits.jsonDepth),
      batch: text(MAX_BATCH),
      bodies: text(dialectLimits.bodies),
      envelopes: text(limits.envelopes),
      unanswered: text(dialectLimits.unanswered),
      parties: text(limits.parties),
      label: text(limits.label),
      value: text(dialectLimits.value),
      proposal: text(dialectLimits.proposal),
      invitationLife: text(dialectLimits.invitationLife.max),
    });
  });

  it("of limits, where they are said a second time", () => {
    const { bodies, unanswered, invitationLife, claimLife } = dialectLimits;
    expect(section("8. Errors")).toContain(`above ${bodies.toLocaleString("en")} characters`);
    expect(section("4.6 Session.message")).toContain(`last ${unanswered} messages`);
    expect(section("4.2 Invitation.create")).toContain(
      `${invitationLife.min} to ${invitationLife.max.toLocaleString("en")} seconds, default ${invitationLife.default}`,
    );
    expect(section("7. Invitations")).toContain(`within ${claimLife} s`);
  });
});
