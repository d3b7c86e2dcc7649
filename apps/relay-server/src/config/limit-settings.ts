import { type LimitRange, type Limits, limitRanges } from "../limits/limits.ts";
import { whole } from "./values.ts";

/** The limits as settings: under the same name with hyphens, which stands here so that it can be searched for. */
export const limitSettings = {
  connections: limit("connections", "COUNT", "WebSockets of all clients"),
  "connections-per-address": limit("connectionsPerAddress", "COUNT", "WebSockets of one address"),
  "new-connections-per-second": limit("newConnectionsPerSecond", "COUNT", "attempts of one address to get a WebSocket"),
  "messages-per-second": limit("messagesPerSecond", "COUNT", "that are read from one connection"),
  "bytes-per-second": limit("bytesPerSecond", "BYTES", "that are read from one connection"),
  "address-messages-per-second": limit("addressMessagesPerSecond", "COUNT", "that are read from one address"),
  "address-bytes-per-second": limit("addressBytesPerSecond", "BYTES", "that are read from one address"),
  "refusals-per-second": limit("refusalsPerSecond", "COUNT", "requests of one connection that may be refused"),
  "address-refusals-per-second": limit("addressRefusalsPerSecond", "COUNT", "the same of one address"),
  "unanswered-bytes": limit("unansweredBytes", "BYTES", "of one connection's requests, carried out at a time"),
  "silence-grace": limit("silenceGrace", "SECONDS", "for a newcomer to make a call that works"),
  "stalled-after": limit("stalledAfter", "SECONDS", "in which a client takes nothing until it is cut"),
  "groups-per-connection": limit("groupsPerConnection", "COUNT", "live groups that one connection is in"),
  "sessions-per-connection": limit("sessionsPerConnection", "COUNT", "sessions that one connection is in"),
  "sessions-per-group": limit("sessionsPerGroup", "COUNT", "sessions of one group"),
  sessions: limit("sessions", "COUNT", "sessions of the relay"),
  "sessions-per-address": limit("sessionsPerAddress", "COUNT", "sessions of groups that one address has made"),
  "bytes-per-session": limit("bytesPerSession", "BYTES", "of messages that one session keeps"),
  "bytes-per-address": limit("bytesPerAddress", "BYTES", "kept in groups that one address has made"),
  bytes: limit("bytes", "BYTES", "that the relay keeps"),
  "header-bytes": limit("headerBytes", "BYTES", "of a request's headers"),
  "url-bytes": limit("urlBytes", "BYTES", "of a request's path and query"),
} as const;

type LimitSettingName = keyof typeof limitSettings;
const names = Object.keys(limitSettings) as LimitSettingName[];

/** What holds where nothing else is said. */
export const limitDefaults = Object.fromEntries(
  names.map((name) => [name, limitRanges[limitSettings[name].limit].default]),
) as Record<LimitSettingName, number>;

/** The limits of a configuration. */
export function limitsOf(config: Readonly<Record<LimitSettingName, number>>): Limits {
  // The test of this table proves that it has every limit.
  return Object.fromEntries(names.map((name) => [limitSettings[name].limit, config[name]])) as object as Limits;
}

function limit(name: keyof Limits, placeholder: string, what: string) {
  const range: LimitRange = limitRanges[name];
  const unit = placeholder === "SECONDS" ? "whole seconds" : "a whole number";
  return { limit: name, schema: whole(unit, range), placeholder, help: `${what} (${range.default})` };
}
