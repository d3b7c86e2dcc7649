import { CLOSE_CONNECTION, mpcRules } from "@countersign/rpc";
import type { Group } from "../group-state.ts";
import type { AttachEntry, DetachEntry, FoundEntry } from "./entry.ts";
import { type LiveOutput, reply } from "./output.ts";
import { violates } from "./rules.ts";
import { describeGroup, type LiveGroup, type LiveSession } from "./state.ts";

/** Makes the group; its id is fresh, so there is none yet. */
export function found(group: Group, entry: FoundEntry): LiveOutput[] {
  const { group: id, label, parties, threshold, connection } = entry;
  group.live ??= { id, label, parties, threshold, connections: [connection], sessions: [] };
  return reply(id);
}

/** Takes a connection in. A full group takes nobody, not even who is in it, and the connection is to be closed. */
export function attach(live: LiveGroup, { connection, group }: AttachEntry): LiveOutput[] {
  if (live.connections.length >= live.parties) return violates(mpcRules.groupFull(group), CLOSE_CONNECTION);
  if (!live.connections.includes(connection)) live.connections.push(connection);
  return reply(describeGroup(live));
}

/**
 * Takes a connection out of the group, and out of the sessions that are not complete yet. The last one takes the group
 * and its sessions along.
 */
export function detach(group: Group, live: LiveGroup, { connection }: DetachEntry): LiveOutput[] {
  const index = live.connections.indexOf(connection);
  if (index === -1) return reply();
  live.connections.splice(index, 1);
  if (live.connections.length === 0) {
    group.live = null;
    return [...reply(), ...live.sessions.map(({ id }) => ({ type: "cancel", key: id }) as const)];
  }
  for (const session of live.sessions) if (!session.complete) giveBack(session, connection);
  return reply();
}

function giveBack(session: LiveSession, connection: number): void {
  const index = session.parties.findIndex((party) => party.connection === connection);
  const [party] = index === -1 ? [] : session.parties.splice(index, 1);
  if (party !== undefined) session.freed.push(party.number);
}
