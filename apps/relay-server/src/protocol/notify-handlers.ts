import { type LiveAnswer, refuse } from "@countersign/relay";
import type { Relay } from "../core/relay.ts";
import { groupOf, refusalOf, sessionOf } from "./groups-of-caller.ts";
import type { Handlers, Reply } from "./handler.ts";

/** What is said to a group at large. */
export function notifyHandlers(relay: Relay): Handlers<"Notify.proposal" | "Notify.signed"> {
  return {
    async "Notify.proposal"(caller, { group, session, proposal, message }) {
      const found = groupOf(relay, caller, group);
      if (!found.ok) return found;
      const { host, connection } = found;
      const entry = { group, session, proposal, message: JSON.stringify(message), connection };
      const quota = relay.quotas.objection(host, session, entry.message.length);
      if (quota !== undefined) return refuse("relay.quota-reached", { quota });
      return replyTo(await host.appendLive({ type: "propose", ...entry }));
    },

    async "Notify.signed"(caller, { group, session, value }) {
      const found = sessionOf(relay, caller, { group, session });
      if (!found.ok) return found;
      const { host, connection } = found;
      const entry = { group, session, value: JSON.stringify(value), connection };
      const quota = relay.quotas.objection(host, session, entry.value.length);
      if (quota !== undefined) return refuse("relay.quota-reached", { quota });
      return replyTo(await host.appendLive({ type: "signed", ...entry }));
    },
  };
}

function replyTo(answer: LiveAnswer): Reply<"Notify.proposal"> {
  return answer.ok ? { ok: true, result: {} } : refusalOf(answer);
}
