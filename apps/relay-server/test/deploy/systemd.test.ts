import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaults } from "../../src/config/settings.ts";
import { Client, member } from "../client.ts";
import { placesOf } from "../installed.ts";
import { RelayProcess } from "../relay-process.ts";

const folder = fileURLToPath(new URL("../../deploy/systemd/", import.meta.url));
const unit = readFileSync(join(folder, "countersign-relay.service"), "utf8");
const dropIns = ["tls.conf", "access-tokens.conf"];
/** The most that `systemd-analyze security` may find exposed, in tenths, of 100. */
const EXPOSURE = { alone: 15, withDropIns: 20 };

const analyze = placesOf("systemd-analyze")[0];
const strace = placesOf("strace")[0];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The values that a unit gives a name, in order. */
const valuesOf = (text: string, name: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1));

/** The unit as it would lie there, with a program that exists. */
function install(...more: readonly string[]): string {
  const path = join(directory, "countersign-relay.service");
  writeFileSync(path, unit.replace(/^ExecStart=\S+/m, "ExecStart=/bin/true"));
  mkdirSync(`${path}.d`);
  for (const name of more) cpSync(join(folder, name), join(`${path}.d`, name));
  return path;
}

describe("the unit for systemd", () => {
  it("leaves the relay the time and the files that it needs", () => {
    expect(Number(valuesOf(unit, "TimeoutStopSec"))).toBeGreaterThan(defaults({}).drain + 10);
    expect(Number(valuesOf(unit, "LimitNOFILE"))).toBeGreaterThan(defaults({}).connections + 1_000);
  });
});

describe.skipIf(analyze === undefined)("systemd-analyze (needs systemd)", () => {
  const run = (...args: readonly string[]) => spawnSync(analyze ?? "", args, { encoding: "utf8" });

  it.each([
    ["alone", [], EXPOSURE.alone],
    ["with TLS and access tokens", dropIns, EXPOSURE.withDropIns],
  ])("finds nothing wrong with the unit %s, and little exposed", (_, more, exposure) => {
    const path = install(...more);
    const verified = run("verify", path);
    expect([verified.status, verified.stdout, verified.stderr]).toEqual([0, "", ""]);
    const security = run("security", "--offline=yes", "--no-pager", `--threshold=${exposure}`, path);
    expect([security.status, security.stdout.split("\n").at(-2)]).toEqual([0, expect.stringContaining("OK")]);
  });

  it.skipIf(strace === undefined)("allows every call to the kernel that the relay makes (needs strace)", async () => {
    const allowed = allowedCalls((set) => run("syscall-filter", set).stdout);
    expect(allowed.has("epoll_ctl")).toBe(true);
    expect(allowed.has("reboot") || allowed.has("setuid")).toBe(false);

    const trace = join(directory, "trace");
    // -D: the relay is our child, and strace its witness.
    const under = [strace ?? "", "-D", "-f", "-qq", "-o", trace];
    const args = ["--listen", "127.0.0.1:0", "--data", join(directory, "data")];
    const relay = await RelayProcess.serving(args, {}, under);
    const client = await Client.connect(relay.url);
    await client.call("Session.open", member(1));
    expect((await relay.kill("SIGTERM")).code).toBe(0);
    const made = new Set(
      Array.from(readFileSync(trace, "utf8").matchAll(/^\d+ +([a-z]\w*)\(/gm), ([, call = ""]) => call),
    );
    expect(made).toContain("epoll_ctl");
    // SQLite hands its files to the owner of the database where it runs as root, which the service does not.
    const isRoot = process.getuid?.() === 0;
    expect([...made].filter((call) => !allowed.has(call) && !(isRoot && call === "fchown"))).toEqual([]);
  });
});

/** The calls of `SystemCallFilter`: what the first line allows without what the others take away. */
function allowedCalls(members: (set: string) => string): ReadonlySet<string> {
  const expand = (name: string): readonly string[] =>
    name.startsWith("@")
      ? members(name)
          .split("\n")
          .slice(1)
          .map((line) => line.trim())
          .filter((line) => line !== "" && !line.startsWith("#"))
          .flatMap(expand)
      : [name];
  const allowed = new Set(expand("@default"));
  for (const line of valuesOf(unit, "SystemCallFilter")) {
    const calls = line.replace(/^~/, "").split(" ").flatMap(expand);
    for (const call of calls) line.startsWith("~") ? allowed.delete(call) : allowed.add(call);
  }
  return allowed;
}
