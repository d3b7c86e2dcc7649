import type { EngineOptions, RelayOptions } from "../relay-options.ts";
import { limitsOf } from "./limit-settings.ts";
import type { Config } from "./settings.ts";

/** The variable with the password of the store's user: no setting, because flags can be seen by others. */
export const PASSWORD_VARIABLE = "COUNTERSIGN_RELAY_STORE_PASSWORD";

/** What a configuration means for the relay. */
export function relayOptionsOf(config: Config, environment: NodeJS.ProcessEnv = {}): RelayOptions {
  const { "tls-cert": cert, "tls-key": key, origins, "access-tokens": accessTokens, metrics } = config;
  return {
    ...config.listen,
    ...placeOf(config, environment),
    sessionLife: config["session-life"],
    pingInterval: config["ping-interval"],
    drain: config.drain,
    ...(cert === undefined || key === undefined ? {} : { tls: { cert, key } }),
    trustProxy: config["trust-proxy"],
    ...(origins === undefined ? {} : { origins }),
    ...(accessTokens === undefined ? {} : { accessTokens }),
    ...(metrics === undefined ? {} : { metrics }),
    status: config.status,
    limits: limitsOf(config),
  };
}

function placeOf(config: Config, environment: NodeJS.ProcessEnv): Pick<RelayOptions, "data" | "engine"> {
  if (config.store === undefined) return config.ephemeral ? {} : { data: config.data };
  const password = environment[PASSWORD_VARIABLE];
  const { "store-password-file": passwordFile, "store-ca": ca, "store-address-key": addressKey } = config;
  const engine: EngineOptions = {
    url: config.store,
    durability: config["store-durability"],
    prefix: config["store-prefix"],
    ...(password === undefined ? {} : { password }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    ...(ca === undefined ? {} : { ca }),
    ...(addressKey === undefined ? {} : { addressKey }),
  };
  return { engine };
}
