import { deny } from "./answer.ts";
import { abort, expire, finish, forget } from "./ending.ts";
import type { GroupEntry } from "./entry.ts";
import { type Group, restoreGroup } from "./group-state.ts";
import { claim, create, free, open } from "./joining.ts";
import { applyLive, isLiveEntry } from "./live/apply.ts";
import { ack, index, message } from "./messaging.ts";
import type { GroupOutput } from "./output.ts";
import { isPayload, weightOfPayload } from "./payload.ts";
import { refuse } from "./session-state.ts";

/**
 * Applies the next entry of a group's log. Deterministic: the same log leads to the same state and the same outputs,
 * wherever and however often it is applied. Decides what is valid by the order of the log alone; never throws.
 */
export function applyToGroup(group: Group, position: number, entry: GroupEntry): readonly GroupOutput[] {
  if (entry.type === "snapshot") return restoreGroup(group, position, entry);
  group.position = position;
  group.stored++;
  if (isPayload(entry)) group.written += weightOfPayload(entry);
  if (entry.type === "create") return create(group, entry);
  if (entry.type === "open") return open(group, entry);
  if (isLiveEntry(entry)) return applyLive(group, entry);

  const session = group.sessions.get(entry.session);
  if (session === undefined) return deny(refuse("relay.unknown-session"));
  switch (entry.type) {
    case "claim":
      return claim(session, entry);
    case "free":
      return free(session, entry);
    case "message":
      return message(group, session, entry);
    case "ack":
      return ack(group, session, entry);
    case "index":
      return index(session, entry);
    case "finish":
      return finish(group, session, entry);
    case "abort":
      return abort(group, session, entry);
    case "expire":
      return expire(group, session, entry);
    case "forget":
      return forget(group, session);
    default:
      entry satisfies never;
      return [];
  }
}
