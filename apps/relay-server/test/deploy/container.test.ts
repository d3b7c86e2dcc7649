import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Copy, DockerfileParser, type Env, type Instruction } from "dockerfile-ast";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readCommand } from "../../src/config/read-config.ts";
import { defaults } from "../../src/config/settings.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

const folder = fileURLToPath(new URL("../../deploy/", import.meta.url));
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const instructions = DockerfileParser.parse(readFileSync(join(folder, "Dockerfile"), "utf8")).getInstructions();
const compose = parse(readFileSync(join(folder, "compose.yaml"), "utf8"));
const { relay, caddy } = compose.services;

const isA = (keyword: string) => (instruction: Instruction) => instruction.getKeyword() === keyword;
/** What the image itself is made by: the last stage. */
const image = instructions.slice(instructions.findLastIndex(isA("FROM")));
const one = <T extends Instruction>(keyword: string) => {
  const [found, ...more] = image.filter(isA(keyword));
  if (found === undefined || more.length > 0) throw new Error(`there is not one ${keyword} in the image`);
  return found as T;
};
const textOf = (keyword: string) => one(keyword).getArgumentsContent() ?? "";
const listOf = (keyword: string): string[] => JSON.parse(textOf(keyword).replace(/^CMD /, ""));
const variables = one<Env>("ENV").getProperties();
const environment = Object.fromEntries(variables.map((variable) => [variable.getName(), variable.getValue() ?? ""]));

/** What the relay would make of these variables. */
function configOf(variables: NodeJS.ProcessEnv) {
  const command = readCommand([], variables);
  if (command.type !== "serve") throw new Error("it does not serve");
  return command.config;
}

describe("the Dockerfile", () => {
  it("builds from a checkout, and keeps of it only the relay", () => {
    const froms = instructions.filter(isA("FROM")).map((from) => from.getArgumentsContent());
    expect(froms).toEqual([expect.stringMatching(/^node:\d+-\w+-slim AS build$/), froms[0]?.replace(" AS build", "")]);
    expect(textOf("COPY")).toBe("/relay /relay");
    expect(one<Copy>("COPY").getFromFlag()?.getValue()).toBe("build");
    const build = instructions.find(isA("RUN"))?.getArgumentsContent() ?? "";
    expect(build).toContain("--frozen-lockfile");
    expect(build).toMatch(/deploy --prod \/relay$/);
    expect(listOf("ENTRYPOINT")).toEqual(["node", "/relay/dist/main.js"]);
    const { bin } = JSON.parse(readFileSync(join(folder, "../package.json"), "utf8"));
    expect(bin["countersign-relay"]).toBe("./dist/main.js");
  });

  it("tells Node what the unit for systemd tells it", () => {
    const unit = readFileSync(join(folder, "systemd/countersign-relay.service"), "utf8");
    expect(environment["NODE_OPTIONS"]).toMatch(/^--/);
    expect(unit).toContain(`\nEnvironment=NODE_OPTIONS=${environment["NODE_OPTIONS"]}\n`);
  });

  it("does not run as root, and stops by the signal at which the relay sends its clients away", () => {
    expect(textOf("USER")).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(textOf("STOPSIGNAL")).toBe("SIGTERM");
  });

  it("serves at the port that it exposes, and keeps its data in the volume", () => {
    const { listen, data } = configOf(environment);
    expect(listen).toEqual({ host: "0.0.0.0", port: Number(textOf("EXPOSE")) });
    expect(listOf("VOLUME")).toEqual([data]);
    expect(textOf("RUN")).toMatch(new RegExp(`--owner=(\\d+) --group=\\1 ${data}$`));
    expect(textOf("USER")).toBe(textOf("RUN").replace(/.*--owner=(\d+) --group=(\d+).*/, "$1:$2"));
  });

  describe("its health check", () => {
    const each = relayForEachTest();

    it("is well with a relay that serves, and ill without one", async () => {
      const [program, ...args] = listOf("HEALTHCHECK");
      expect(program).toBe("node");
      const { port } = new URL(each.relay.url);
      const here = args.map((arg) => arg.replace(`127.0.0.1:${textOf("EXPOSE")}/`, `127.0.0.1:${port}/`));
      const check = () =>
        promisify(execFile)(process.execPath, here).then(
          () => 0,
          ({ code }) => code,
        );
      expect(await check()).toBe(0);
      await each.relay.close();
      expect(await check()).toBe(1);
    });
  });
});

describe("the compose file", () => {
  it("builds the Dockerfile from the root of the checkout", () => {
    expect(join(folder, relay.build.context, "/")).toBe(root);
    expect(existsSync(join(folder, relay.build.context, relay.build.dockerfile))).toBe(true);
  });

  it("publishes nothing of the relay but what is measured, and that to the machine alone", () => {
    const { metrics } = configOf({ ...environment, ...relay.environment });
    expect(relay.ports).toEqual([`127.0.0.1:${metrics?.port}:${metrics?.port}`]);
    expect(caddy.ports).toEqual(["80:80", "443:443", "443:443/udp"]);
  });

  it("lets the relay believe Caddy, and only Caddy, who connects", () => {
    expect(configOf({ ...environment, ...relay.environment })["trust-proxy"]).toEqual(1);
    expect(caddy.environment.RELAY_UPSTREAM).toBe(`relay:${textOf("EXPOSE")}`);
    expect(caddy.depends_on.relay.condition).toBe("service_healthy");
  });

  it("has the Caddyfile of this folder, and wants the name of the site", () => {
    const caddyfile = readFileSync(join(folder, "Caddyfile"), "utf8");
    for (const variable of Object.keys(caddy.environment)) expect(caddyfile).toContain(`{$${variable}:`);
    expect(caddy.volumes).toContain("./Caddyfile:/etc/caddy/Caddyfile:ro");
    expect(caddy.environment.RELAY_SITE).toMatch(/^\$\{RELAY_SITE:\?/);
    expect(caddy.image).toMatch(/^caddy:\d+$/);
  });

  it("gives the relay the time that it needs to send its clients away, and the files to serve them", () => {
    expect(Number.parseInt(relay.stop_grace_period, 10)).toBeGreaterThan(defaults({}).drain + 10);
    for (const service of [relay, caddy]) {
      expect(service.ulimits.nofile).toBeGreaterThan(2 * defaults({}).connections);
      expect(service.restart).toBe("unless-stopped");
    }
  });

  it("takes from both what they do not need, and keeps what they have to keep", () => {
    for (const service of [relay, caddy]) {
      expect(service.cap_drop).toEqual(["ALL"]);
      expect(service.security_opt).toEqual(["no-new-privileges:true"]);
      for (const volume of service.volumes.filter((name: string) => !name.startsWith("./"))) {
        expect(compose.volumes).toHaveProperty([volume.split(":")[0]]);
      }
    }
    expect(relay.read_only).toBe(true);
    expect(relay.volumes).toEqual([`relay-data:${configOf(environment).data}`]);
  });
});
