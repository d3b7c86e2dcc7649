export type { Clock, Timer } from "./clock.ts";
export { StartError } from "./failure.ts";
export { defaultLimits, type Limits } from "./limits/limits.ts";
export type { Log } from "./log.ts";
export {
  type EngineOptions,
  type RelayOptions,
  type RunningRelay,
  startRelay,
  type TlsFiles,
  type TrustProxy,
} from "./start-relay.ts";
export { openSqliteStore } from "./store/sqlite-store.ts";
