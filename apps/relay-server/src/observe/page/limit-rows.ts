import type { Limits } from "../../limits/limits.ts";
import { formatBytes, formatCount } from "./format.ts";

const seconds = (count: number) => `${formatCount(count)} s`;
const messagesPerSecond = (count: number) => `${formatCount(count)} /s`;
const bytesPerSecond = (count: number) => `${formatBytes(count)}/s`;

/** How each limit is told to a person. */
const rows: { readonly [Name in keyof Limits]: readonly [what: string, format: (value: number) => string] } = {
  connections: ["Connections", formatCount],
  connectionsPerAddress: ["Connections of an address", formatCount],
  newConnectionsPerSecond: ["New connections of an address", messagesPerSecond],
  messagesPerSecond: ["Messages of a connection", messagesPerSecond],
  bytesPerSecond: ["Bytes of a connection", bytesPerSecond],
  addressMessagesPerSecond: ["Messages of an address", messagesPerSecond],
  addressBytesPerSecond: ["Bytes of an address", bytesPerSecond],
  refusalsPerSecond: ["Refused requests of a connection", messagesPerSecond],
  addressRefusalsPerSecond: ["Refused requests of an address", messagesPerSecond],
  unansweredBytes: ["Requests under way of a connection", formatBytes],
  silenceGrace: ["Until a silent newcomer is cut", seconds],
  stalledAfter: ["Until one who takes nothing is cut", seconds],
  sessions: ["Sessions", formatCount],
  sessionsPerGroup: ["Sessions of a group", formatCount],
  sessionsPerConnection: ["Sessions of a connection", formatCount],
  groupsPerConnection: ["Groups of a connection", formatCount],
  sessionsPerAddress: ["Sessions of an address", formatCount],
  bytes: ["Kept messages", formatBytes],
  bytesPerSession: ["Kept messages of a session", formatBytes],
  bytesPerAddress: ["Kept messages of an address", formatBytes],
  headerBytes: ["Headers of a request", formatBytes],
  urlBytes: ["URL of a request", formatBytes],
};

/** The limits as lines of a table. */
export function limitRows(limits: Limits): readonly (readonly [what: string, value: string])[] {
  return (Object.keys(rows) as (keyof Limits)[]).map((name) => {
    const [what, format] = rows[name];
    return [what, format(limits[name])];
  });
}
