import { CLOSE_CONNECTION, type MpcKind, mpcError, mpcRules } from "@countersign/rpc";
import type { Group } from "../group-state.ts";
import { memberOf } from "../member.ts";
import { endOf, type Session } from "../session-state.ts";
import type { LiveAnswer, LiveOutput, LiveRule } from "./output.ts";
import type { LiveGroup } from "./state.ts";

/** A session that connections can be members of. */
export type LiveSession = Session & { readonly kind: MpcKind };

/** The outputs of an entry that violates a rule. */
export function violates<Rule extends LiveRule>(
  rule: Rule,
  ...args: Parameters<(typeof mpcRules)[Rule]>
): readonly LiveOutput[] {
  return [{ type: "reply", answer: violation(rule, ...args) }];
}

/** The answer to an entry that violates a rule. */
export function violation<Rule extends LiveRule>(
  rule: Rule,
  ...args: Parameters<(typeof mpcRules)[Rule]>
): Extract<LiveAnswer, { ok: false }> {
  const text = (mpcRules[rule] as (...args: unknown[]) => string)(...args);
  return { ok: false, error: mpcError(text, rule === "groupFull" ? CLOSE_CONNECTION : undefined), rule };
}

/** Whether an entry was refused. */
export function isRefused(found: LiveSession | readonly LiveOutput[]): found is readonly LiveOutput[] {
  return Array.isArray(found);
}

/** A session as its group knows it, for a connection that is in the group; else the rule that is violated. */
export function findSession(
  group: Group,
  live: LiveGroup,
  { connection, session: id }: { readonly connection: number; readonly session: string },
): LiveSession | readonly LiveOutput[] {
  if (!live.connections.has(connection)) return violates("notInGroup", connection, live.id);
  const session = group.sessions.get(id);
  const isKnown = session !== undefined && isLive(session) && endOf(session) === undefined;
  return isKnown ? session : violates("unknownSession", id);
}

/** Whether connections can be members of a session. */
export function isLive(session: Session): session is LiveSession {
  return session.kind !== "exchange";
}

/** The outputs if a connection may not speak for a party, undefined if it may. */
export function foreignTo(session: Session, connection: number, number: number): readonly LiveOutput[] | undefined {
  const party = memberOf(session, number);
  if (party === undefined) return violates("unknownParty", number);
  return party.connection === connection ? undefined : violates("foreignParty", number);
}
