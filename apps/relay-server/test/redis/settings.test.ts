import { describe, expect, it } from "vitest";
import { readCommand } from "../../src/config/read-config.ts";
import { relayOptionsOf } from "../../src/config/relay-options-of.ts";
import { readDurability } from "../../src/store/redis/durability.ts";
import { readEngineAddress } from "../../src/store/redis/engine-address.ts";

function optionsOf(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const command = readCommand(args, environment);
  if (command.type !== "serve") throw new Error("it does not serve");
  return { options: relayOptionsOf(command.config, environment), unread: command.unread };
}

describe("the settings of a store that relays share", () => {
  it("take the place of the database", () => {
    expect(optionsOf([]).options).not.toHaveProperty("engine");
    const { options } = optionsOf(["--store", "redis://h:1", "--store-ca=ca.pem", "--store-address-key", "key"]);
    expect(options).not.toHaveProperty("data");
    expect(options.engine).toEqual({
      url: "redis://h:1",
      durability: "always",
      prefix: "countersign",
      ca: "ca.pem",
      addressKey: "key",
    });
    expect(() => optionsOf(["--store", "redis://h", "--ephemeral"])).toThrow("store and ephemeral exclude each other");
  });

  it("have a password in the environment or in a file, and nowhere else", () => {
    const { options, unread } = optionsOf(["--store=redis://u@h"], { COUNTERSIGN_RELAY_STORE_PASSWORD: "secret" });
    expect([options.engine?.password, unread]).toEqual(["secret", []]);
    expect(optionsOf(["--store=redis://h", "--store-password-file=f"]).options.engine?.passwordFile).toBe("f");
    expect(() => optionsOf(["--store-password", "secret"])).toThrow("Unknown option");
    expect(() => optionsOf(["--store", "redis://u:secret@h"])).toThrow(/^--store must be .+ without a password$/);
  });

  it.each([
    ["redis://h", { at: { host: "h", port: 6_379 }, isTls: false, user: undefined, database: 0 }],
    ["rediss://u%40x@[::1]:7/3", { at: { host: "::1", port: 7 }, isTls: true, user: "u@x", database: 3 }],
    ["unix:///run/x.sock", { at: { path: "/run/x.sock" }, isTls: false, user: undefined, database: 0 }],
    ["unix://u@/run/x.sock?db=2", { at: { path: "/run/x.sock" }, isTls: false, user: "u", database: 2 }],
  ])("the address %s is read", (text, address) => {
    expect(readEngineAddress(text)).toEqual(address);
  });

  it.each(["", "h:1", "http://h", "redis://", "redis://h/x", "redis://h?x", "redis://h#x", "unix://", "unix://:p@/x"])(
    "the address %j is none",
    (text) => {
      expect(readEngineAddress(text)).toBeUndefined();
    },
  );

  it("name four kinds of durability", () => {
    expect(["always", "everysec", "replicas=2", "synced=0"].map(readDurability)).toEqual([
      { mode: "always" },
      { mode: "everysec" },
      { mode: "replicas", replicas: 2 },
      { mode: "synced", replicas: 0 },
    ]);
    for (const text of ["", "no", "replicas", "replicas=0", "replicas=17", "synced=-1", "always=1"]) {
      expect([text, readDurability(text)]).toEqual([text, undefined]);
    }
  });
});
