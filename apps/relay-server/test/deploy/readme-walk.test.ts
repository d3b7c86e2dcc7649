import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCommand } from "../../src/config/read-config.ts";
import { placesOf } from "../installed.ts";

const home = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(join(home, "README.md"), "utf8");
const promtool = placesOf("promtool")[0];
/** What the operator puts in the place of relay.example.org. */
const NAME = "relay.test";
const prometheusConfig = "/etc/prometheus/prometheus.yml";

/** A machine's folders, in which the commands of the README do what they do, but for what only a machine can. */
let machine: string;
beforeAll(() => {
  machine = mkdtempSync(join(tmpdir(), "countersign-relay-"));
  const installed = join(machine, "opt/countersign-relay/lib/node_modules/@countersign/relay-server");
  mkdirSync(installed, { recursive: true });
  cpSync(join(home, "deploy"), join(installed, "deploy"), { recursive: true });
  for (const folder of ["etc/caddy", "etc/prometheus", "etc/systemd/system"]) {
    mkdirSync(join(machine, folder), { recursive: true });
  }
  if (existsSync(prometheusConfig)) cpSync(prometheusConfig, join(machine, prometheusConfig));
});
afterAll(() => rmSync(machine, { recursive: true, force: true }));

/** Carries out the commands of sections, one shell for all, and answers what was left to the machine. */
function walk(...sections: readonly string[]): readonly string[] {
  const parts = readme.split(/^#{2,3} /m);
  const texts = sections.map((title) => parts.find((part) => part.startsWith(`${title}\n`)) ?? "");
  const blocks = texts.flatMap((text) => [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]);
  const commands = blocks.map(([, block = ""]) => block).join("");
  const stubs = ["apt", "npm", "npx", "systemctl", "curl", "countersign-relay"];
  if (promtool === undefined) stubs.push("promtool");
  const prelude = [
    "set -eu",
    'sudo() { "$@"; }',
    ...stubs.map((stub) => `${stub}() { printf '%s\\n' "${stub} $*" >> ${machine}/left; }`),
  ].join("\n");
  const script = commands
    .replaceAll("RELAY=relay.example.org", `RELAY=${NAME}`)
    .replaceAll(/(?<=[ "])\/(?=(?:etc|opt|var)\/)/g, `${machine}/`);
  const { status, stderr, stdout } = spawnSync("bash", ["-c", `${prelude}\n${script}`], {
    encoding: "utf8",
    cwd: machine,
  });
  if (status !== 0) throw new Error(`the commands end with ${status}: ${stderr}${stdout}`);
  return readFileSync(join(machine, "left"), "utf8").trim().split("\n");
}

describe("the commands of the README", () => {
  let left: readonly string[];
  beforeAll(() => {
    left = walk("From nothing to a relay with TLS and metrics", "TLS without a proxy", "Only for your own users");
  });

  it("leave a configuration with which the relay serves behind a proxy and is measured", () => {
    const command = readCommand(["--config", join(machine, "etc/countersign-relay/relay.toml")], {});
    expect(command).toMatchObject({
      type: "serve",
      config: {
        listen: { host: "127.0.0.1", port: 8765 },
        "trust-proxy": 1,
        metrics: { host: "127.0.0.1", port: 9464 },
      },
    });
  });

  it("leave a service that runs what was installed, with that configuration", () => {
    const unit = readFileSync(join(machine, "etc/systemd/system/countersign-relay.service"), "utf8");
    expect(unit).toMatch(
      /^ExecStart=\/opt\/countersign-relay\/bin\/countersign-relay --config %E\/countersign-relay\/relay\.toml$/m,
    );
    expect(left).toContain(
      `npm install --global --prefix ${machine}/opt/countersign-relay node@24 @countersign/relay-server`,
    );
    expect(left).toContain("systemctl enable --now countersign-relay");
  });

  it("leave what is added to the service, where one wants it", () => {
    const added = join(machine, "etc/systemd/system/countersign-relay.service.d");
    for (const name of ["tls.conf", "access-tokens.conf"]) {
      const file = readFileSync(join(home, "deploy/systemd", name), "utf8");
      expect(readFileSync(join(added, name), "utf8")).toBe(file.replaceAll("relay.example.org", NAME));
    }
    expect(left.slice(-2)).toEqual(["systemctl daemon-reload", "systemctl restart countersign-relay"]);
    expect(left).toContain("countersign-relay token --for alice");
  });

  it("leave a Caddyfile for the name", () => {
    expect(readFileSync(join(machine, "etc/caddy/Caddyfile"), "utf8")).toContain(`\n{$RELAY_SITE:${NAME}} {\n`);
    const last = left.indexOf(`curl --retry 5 --retry-all-errors https://${NAME}/healthz`);
    expect(left[last - 1]).toBe("systemctl reload caddy");
  });

  it.skipIf(promtool === undefined || !existsSync(prometheusConfig))(
    "leave a configuration that Prometheus takes, with all alerts (needs prometheus)",
    () => {
      const path = join(machine, prometheusConfig);
      const { status, stdout, stderr } = spawnSync(promtool ?? "", ["check", "config", path], { encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/\d+ rules found/);
      expect(readFileSync(path, "utf8")).toContain('targets: ["127.0.0.1:9464"]');
    },
  );
});
