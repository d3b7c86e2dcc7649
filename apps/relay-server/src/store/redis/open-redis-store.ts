import { type Clock, systemClock } from "../../clock.ts";
import { StartError } from "../../failure.ts";
import { type Meter, silentMeter } from "../../observe/meter.ts";
import type { EngineOptions } from "../../relay-options.ts";
import { connectEngine } from "./connect.ts";
import { readDurability } from "./durability.ts";
import { readEngineAddress } from "./engine-address.ts";
import { RedisStore } from "./redis-store.ts";

interface Surroundings {
  readonly clock?: Clock;
  readonly meter?: Pick<Meter, "committed" | "storeFailed">;
}

/** Opens the logs in an engine. Rejects with `StartError`. */
export async function openRedisStore(
  { url, durability = "always", prefix = "countersign", password, passwordFile, ca }: EngineOptions,
  { clock = systemClock, meter = silentMeter }: Surroundings = {},
): Promise<RedisStore> {
  const address = readEngineAddress(url);
  const mode = readDurability(durability);
  // Neither is repeated: somebody may have put a password there.
  if (address === undefined) throw new StartError("the url of the store cannot be used");
  if (mode === undefined) throw new StartError("there is no such durability of the store");
  const engine = await connectEngine({ address, password, passwordFile, ca });
  return RedisStore.open(engine, { durability: mode, prefix, clock, meter });
}
