import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readCommand } from "../../src/config/read-config.ts";
import { defaults } from "../../src/config/settings.ts";

const folder = fileURLToPath(new URL("../../deploy/", import.meta.url));
const read = (name: string) => parse(readFileSync(join(folder, name), "utf8"), { merge: true });
const { services, secrets, volumes } = read("compose-nodes.yaml");
const { "relay-1": first, "relay-2": second, valkey, caddy } = services;
const alone = read("compose.yaml").services;

/** What a relay of these variables would be told. */
function configOf(variables: NodeJS.ProcessEnv) {
  const command = readCommand([], { COUNTERSIGN_RELAY_LISTEN: "0.0.0.0:8765", ...variables });
  if (command.type !== "serve") throw new Error("it does not serve");
  return command.config;
}

describe("the compose file of two relays", () => {
  it("has relays that differ in nothing but the port at which they are measured", () => {
    expect([first.ports, second.ports]).toEqual([["127.0.0.1:9464:9464"], ["127.0.0.1:9465:9464"]]);
    expect({ ...first, ports: [] }).toEqual({ ...second, ports: [] });
    const { environment, depends_on, secrets: given, ...same } = first;
    const { environment: _, volumes: __, ports, ...single } = alone.relay;
    // Beside that they are what one relay alone is, which has a volume and no engine.
    expect({ ...same, ports }).toEqual({ ...single, ports });
    expect([depends_on.valkey.condition, given, environment.COUNTERSIGN_RELAY_TRUST_PROXY]).toEqual([
      "service_healthy",
      ["address-key"],
      "1",
    ]);
  });

  it("lets them keep everything in the engine, which does what they promise and cannot be reached from outside", () => {
    const config = configOf(first.environment);
    expect(config.store).toBe("redis://valkey:6379");
    expect(first.environment.COUNTERSIGN_RELAY_STORE_DURABILITY).toBe("always");
    expect(valkey.command.join(" ")).toContain("--appendonly yes --appendfsync always --maxmemory-policy noeviction");
    expect(valkey.ports).toBeUndefined();
    expect(config["store-address-key"]).toBe(`/run/secrets/${Object.keys(secrets)[0]}`);
    expect(Object.keys(volumes)).toEqual(["valkey-data", "caddy-data", "caddy-config"]);
  });

  it("puts Caddy in front of both, and gives them the time to send their clients away", () => {
    const caddyfile = readFileSync(join(folder, "Caddyfile-nodes"), "utf8");
    for (const variable of Object.keys(caddy.environment)) expect(caddyfile).toContain(`{$${variable}:`);
    expect(caddy.environment.RELAY_UPSTREAMS).toBe("relay-1:8765 relay-2:8765");
    expect(caddy.volumes).toContain("./Caddyfile-nodes:/etc/caddy/Caddyfile:ro");
    expect(Object.keys(caddy.depends_on)).toEqual(["relay-1", "relay-2"]);
    expect(Number.parseInt(first.stop_grace_period, 10)).toBeGreaterThan(defaults({}).drain + 10);
  });
});
