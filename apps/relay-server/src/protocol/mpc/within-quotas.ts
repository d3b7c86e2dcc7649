import { type LiveAnswer, type LiveEntry, violation } from "@countersign/relay";
import type { Quota } from "@countersign/rpc";
import type { Demand } from "../../core/quotas.ts";
import type { Relay } from "../../core/relay.ts";

/** Appends an entry if nothing that it demands is used up. */
export async function withinQuotas(
  relay: Relay,
  entry: Exclude<LiveEntry, { readonly type: "taken" }>,
  append: () => Promise<LiveAnswer>,
): Promise<LiveAnswer> {
  const { quotas } = relay;
  if (entry.type === "relay") {
    const kept = relay.session(entry.session)?.bytes ?? 0;
    if (!quotas.hasRoomFor(entry.message.body.length, kept)) return refuse("bytesPerSession", entry);
  }
  const answer = await quotas.within(demandsOf(relay, entry), append);
  return "quota" in answer ? refuse(answer.quota, entry) : answer;
}

function demandsOf({ quotas, audience, directory }: Relay, entry: LiveEntry): readonly Demand[] {
  switch (entry.type) {
    case "found":
      return [quotas.group(audience.groupsOf(entry.connection))];
    case "attach": {
      const isIn = directory.find(entry.group)?.live?.connections.has(entry.connection) ?? false;
      return isIn ? [] : [quotas.group(audience.groupsOf(entry.connection))];
    }
    case "begin":
      return quotas.session(entry.group);
    default:
      return [];
  }
}

function refuse(quota: Quota, entry: Exclude<LiveEntry, { readonly type: "taken" }>): LiveAnswer {
  switch (quota) {
    case "sessions":
      return violation("relayFull");
    case "sessionsPerGroup":
      return violation("groupKeepsNoMore", entry.group);
    case "groupsPerConnection":
    case "sessionsPerConnection":
      return violation("tooManyGroups", entry.connection);
    case "bytesPerSession":
      return violation("sessionKeepsNoMore", "session" in entry ? entry.session : "");
  }
}
