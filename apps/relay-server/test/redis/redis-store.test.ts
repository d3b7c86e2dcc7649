import { storeContractFor } from "@countersign/relay/store-contract";
import { createClient } from "@redis/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine } from "../../src/store/redis/engine.ts";
import { EngineRefusal } from "../../src/store/redis/engine.ts";
import { Keys } from "../../src/store/redis/keys.ts";
import { openRedis } from "./opened.ts";
import { describeEngines, type RedisServer } from "./redis-server.ts";

let server: RedisServer;
let prefixes = 0;

/** An engine that does not take one entry. */
function refusing(engine: Engine, entry: string | undefined): Engine {
  const send: Engine["send"] = (key, commands) =>
    commands.some((command) => entry !== undefined && command.includes(entry))
      ? Promise.resolve([new EngineRefusal("OOM command not allowed")])
      : engine.send(key, commands);
  return new Proxy(engine, {
    get(target, name) {
      if (name === "send") return send;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Changes an entry as no store would. */
async function damage(prefix: string, log: string, position: number): Promise<void> {
  const client = await createClient({ url: server.url }).connect();
  const [stream] = new Keys(prefix).ofLog(log);
  const entries = (await client.xRange(stream, "-", "+")) ?? [];
  await client.del(stream);
  for (const { id, message } of entries) {
    const text = message["e"] ?? "";
    const last = String.fromCharCode((text.at(-1) ?? "").charCodeAt(0) ^ 1);
    await client.xAdd(stream, id, { e: id === `${position}-0` ? text.slice(0, -1) + last : text });
  }
  client.destroy();
}

describeEngines("a store", (program) => {
  beforeAll(async () => {
    server = await program.started();
  });
  afterAll(() => server.remove());

  for (const { name, run } of storeContractFor("shared", "disk", "faults")) {
    it(name, async () => {
      const prefix = `contract${prefixes++}`;
      let unwritable: string | undefined;
      const faults = {
        damage: (log: string, position: number) => damage(prefix, log, position),
        async refuse(entry: string) {
          unwritable = entry;
        },
      };
      const open = () => openRedis(server.url, { prefix, through: (engine) => refusing(engine, unwritable) });
      await expect(run({ open, faults })).resolves.toBeUndefined();
    });
  }
});
