import { systemClock } from "../../src/clock.ts";
import { type Meter, silentMeter } from "../../src/observe/meter.ts";
import { connectEngine, type EngineAccess } from "../../src/store/redis/connect.ts";
import { type Durability, readDurability } from "../../src/store/redis/durability.ts";
import type { Engine } from "../../src/store/redis/engine.ts";
import { readEngineAddress } from "../../src/store/redis/engine-address.ts";
import { RedisStore } from "../../src/store/redis/redis-store.ts";

export interface Opening extends Partial<Omit<EngineAccess, "address">> {
  readonly durability?: string;
  readonly prefix?: string;
  readonly meter?: Meter;
  /** Puts something between the store and the engine. */
  readonly through?: (engine: Engine) => Engine;
}

/** A store over the engine at a URL. */
export async function openRedis(url: string, opening: Opening = {}): Promise<RedisStore> {
  const { durability = "always", prefix = "test", meter = silentMeter, through = (engine) => engine } = opening;
  const { password, passwordFile, ca } = opening;
  const address = readEngineAddress(url);
  if (address === undefined) throw new Error(`${url} is no address`);
  const engine = await connectEngine({ address, password, passwordFile, ca });
  const mode = readDurability(durability) as Durability;
  return RedisStore.open(through(engine), { durability: mode, prefix, clock: systemClock, meter });
}
