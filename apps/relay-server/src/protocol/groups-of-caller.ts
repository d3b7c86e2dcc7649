import { type LiveAnswer, type LiveRule, type Refusal, refuse, type Session } from "@countersign/relay";
import { internalError, type RelayCode } from "@countersign/rpc";
import type { GroupHost } from "../core/group-host.ts";
import type { Relay } from "../core/relay.ts";
import type { Caller } from "./dialect.ts";

/** A group that a connection is in. */
export interface OwnGroup {
  readonly ok: true;
  readonly host: GroupHost;
  /** The number by which the group knows the connection. */
  readonly connection: number;
}

/** The group if the caller is in it. Others are told no more than whether it is there. */
export function groupOf(relay: Relay, caller: Caller, group: string): OwnGroup | Refusal {
  const host = relay.directory.find(group);
  if (host === undefined || host.live === null) return relay.directory.refuseUnknownGroup(group);
  const connection = relay.audience.add(caller);
  return host.live.connections.has(connection) ? { ok: true, host, connection } : refuse("relay.not-in-group");
}

/** A session of a group if the caller is in the group. */
export function sessionOf(
  relay: Relay,
  caller: Caller,
  { group, session }: { readonly group: string; readonly session: string },
): (OwnGroup & { readonly state: Session }) | Refusal {
  const found = groupOf(relay, caller, group);
  if (!found.ok) return found;
  const state = found.host.sessions.get(session);
  return state === undefined ? relay.directory.refuseUnknown(session) : { ...found, state };
}

/** The words of this dialect for a rule of groups that was violated. */
export function refusalOf({ rule }: Exclude<LiveAnswer, { readonly ok: true }>): Refusal {
  const code = codes[rule];
  return code === undefined ? { ok: false, error: internalError() } : refuse(code);
}

/** The others are rules about members that are connections, which those of this dialect never are. */
const codes: { readonly [Rule in LiveRule]?: RelayCode } = {
  unknownGroup: "relay.unknown-group",
  unknownSession: "relay.unknown-session",
  notInGroup: "relay.not-in-group",
  groupFull: "relay.group-full",
};
