import { type CLOSE_CONNECTION, mpcError, mpcRules } from "@countersign/rpc";
import type { LiveOutput } from "./output.ts";
import type { LiveGroup, LiveSession } from "./state.ts";

/** The outputs of an entry that violates a rule. */
export function violates(text: string, data?: typeof CLOSE_CONNECTION): LiveOutput[] {
  return [{ type: "reply", answer: { ok: false, error: mpcError(text, data) } }];
}

/** A session as its group knows it, for a connection that is in the group; else the rule that is violated. */
export function findSession(
  group: LiveGroup,
  { connection, session: id }: { readonly connection: number; readonly session: string },
): LiveSession | string {
  if (!group.connections.includes(connection)) return mpcRules.notInGroup(connection, group.id);
  return group.sessions.find((session) => session.id === id) ?? mpcRules.unknownSession(id);
}

/** Why a connection may not speak for a party, undefined if it may. */
export function foreignTo(session: LiveSession, connection: number, number: number): string | undefined {
  const party = session.parties.find((one) => one.number === number);
  if (party === undefined) return mpcRules.unknownParty(number);
  return party.connection === connection ? undefined : mpcRules.foreignParty(number);
}
