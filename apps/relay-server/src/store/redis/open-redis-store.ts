import { type Clock, systemClock } from "../../clock.ts";
import { StartError } from "../../failure.ts";
import type { CommonLimits } from "../../limits/common-limits.ts";
import { type Meter, silentMeter } from "../../observe/meter.ts";
import type { EngineOptions } from "../../relay-options.ts";
import { connectEngine } from "./connect.ts";
import { readDurability } from "./durability.ts";
import { readEngineAddress } from "./engine-address.ts";
import { Keys } from "./keys.ts";
import { RedisLimits, readAddressKey } from "./redis-limits.ts";
import { RedisStore } from "./redis-store.ts";

interface Surroundings {
  readonly clock?: Clock;
  readonly meter?: Pick<Meter, "committed" | "storeFailed">;
}

/** What relays have in common in an engine. */
export interface Common {
  readonly store: RedisStore;
  /** What they count together; undefined if each counts by itself. */
  readonly common: CommonLimits | undefined;
}

/** Opens the logs in an engine. Rejects with `StartError`. */
export async function openRedisStore(
  { url, durability = "always", prefix = "countersign", password, passwordFile, ca, addressKey }: EngineOptions,
  { clock = systemClock, meter = silentMeter }: Surroundings = {},
): Promise<Common> {
  const address = readEngineAddress(url);
  const mode = readDurability(durability);
  // Neither is repeated: somebody may have put a password there.
  if (address === undefined) throw new StartError("the url of the store cannot be used");
  if (mode === undefined) throw new StartError("there is no such durability of the store");
  const secret = addressKey === undefined ? undefined : readAddressKey(addressKey);
  const engine = await connectEngine({ address, password, passwordFile, ca });
  const store = await RedisStore.open(engine, { durability: mode, prefix, clock, meter });
  return { store, common: secret === undefined ? undefined : new RedisLimits(engine, new Keys(prefix), secret) };
}
