import { randomUUID } from "node:crypto";
import { refuse } from "@countersign/relay";
import type { MethodParams } from "@countersign/rpc";
import type { Relay } from "../core/relay.ts";
import { countersignV1GroupEvents } from "./countersign-v1-group-events.ts";
import { describeGroup, describeSession } from "./describing.ts";
import type { Caller } from "./dialect.ts";
import { groupOf, refusalOf, sessionOf } from "./groups-of-caller.ts";
import type { Handlers } from "./handler.ts";
import { takePlace } from "./taking-places.ts";

type GroupMethod = `Group.${"create" | "join"}` | `Session.${"create" | "join" | "signup" | "load"}`;

/** Groups that connections are in, and the sessions in them. */
export function groupHandlers(relay: Relay): Handlers<GroupMethod> {
  const { directory, audience, groups, quotas } = relay;

  /** Takes a place in a session of the caller's group; what it is for the session knows. */
  const join = (
    caller: Caller,
    params: MethodParams<"Session.signup"> & { readonly number?: number },
    since: number,
  ) => {
    const found = sessionOf(relay, caller, params);
    if (!found.ok) return found;
    const { kind, parties, threshold } = found.state;
    return takePlace(relay, caller, { ...params, kind, parties, threshold, since });
  };

  return {
    async "Group.create"(caller, { label, parties, threshold }) {
      const group = randomUUID();
      if (!caller.isOpen) return directory.refuseUnknownGroup(group);
      const connection = audience.add(caller);
      // The machine counts as the other dialect does: one less than have to sign.
      const entry = { type: "found", group, label, parties, threshold: threshold - 1, connection } as const;
      const answer = await quotas.within([quotas.group(audience.groupsOf(connection))], () =>
        directory.found(entry, caller.address),
      );
      if (!answer.ok) return "quota" in answer ? answer : refusalOf(answer);
      const host = directory.find(group);
      if (host !== undefined) groups.attach(caller, host, countersignV1GroupEvents);
      return { ok: true, result: { group } };
    },

    async "Group.join"(caller, { group, parties, threshold }) {
      // It would be numbered anew, and nobody would forget that.
      if (!caller.isOpen) return directory.refuseUnknownGroup(group);
      const connection = audience.add(caller);
      if (parties !== undefined && threshold !== undefined && (directory.find(group)?.live ?? null) === null) {
        const entry = { type: "found", group, label: "", parties, threshold: threshold - 1, connection } as const;
        const demands = [quotas.group(audience.groupsOf(connection))];
        const answer = await quotas.within(demands, () => directory.found(entry, caller.address));
        if (!answer.ok) return "quota" in answer ? answer : refusalOf(answer);
      }
      const host = directory.find(group);
      if (host === undefined || host.live === null) return directory.refuseUnknownGroup(group);
      const isIn = () => host.live?.connections.has(connection) ?? false;
      if (!isIn()) {
        const entry = { type: "attach", group, connection } as const;
        const demands = [quotas.group(audience.groupsOf(connection))];
        const answer = await quotas.within(demands, () => host.appendLive(entry));
        if (!answer.ok && "quota" in answer) return answer;
        // Of two requests at once the second one finds itself in the group.
        if (!answer.ok && !isIn()) return refusalOf(answer);
      }
      groups.attach(caller, host, countersignV1GroupEvents);
      const result = describeGroup(relay, host);
      return result === undefined ? directory.refuseUnknownGroup(group) : { ok: true, result };
    },

    async "Session.create"(caller, { group, kind, value = null }) {
      const found = groupOf(relay, caller, group);
      if (!found.ok) return found;
      const { host, connection } = found;
      const session = randomUUID();
      const json = JSON.stringify(value);
      const entry = { type: "begin", group, session, kind, value: json, connection, life: relay.sessionLife } as const;
      const quota = quotas.objection(host, session, json.length);
      if (quota !== undefined) return refuse("relay.quota-reached", { quota });
      const answer = await quotas.within(quotas.session(group, caller.address), () => host.appendLive(entry));
      if (!answer.ok) return "quota" in answer ? answer : refusalOf(answer);
      await directory.listing?.enter(session, group);
      const state = host.sessions.get(session);
      if (state === undefined) return directory.refuseUnknown(session);
      return { ok: true, json: describeSession(relay, group, state) };
    },

    "Session.join"(caller, params) {
      const found = sessionOf(relay, caller, params);
      return found.ok ? { ok: true, json: describeSession(relay, params.group, found.state) } : found;
    },

    "Session.signup": join,
    "Session.load": join,
  };
}
