import type { RelayOptions } from "../relay-options.ts";
import { limitsOf } from "./limit-settings.ts";
import type { Config } from "./settings.ts";

/** What a configuration means for the relay. */
export function relayOptionsOf(config: Config): RelayOptions {
  const { "tls-cert": cert, "tls-key": key, origins, "access-tokens": accessTokens, metrics } = config;
  return {
    ...config.listen,
    ...(config.ephemeral ? {} : { data: config.data }),
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
