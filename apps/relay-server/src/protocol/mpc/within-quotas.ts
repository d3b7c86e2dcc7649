import { type LiveAnswer, type LiveRequest, violation } from "@countersign/relay";
import type { Quota } from "@countersign/rpc";
import type { Demand } from "../../core/quotas.ts";
import type { Relay } from "../../core/relay.ts";

/** Appends an entry if nothing that it demands is used up. */
export async function withinQuotas(
  relay: Relay,
  entry: LiveRequest,
  append: () => Promise<LiveAnswer>,
): Promise<LiveAnswer> {
  const { quotas, directory } = relay;
  const size = sizeOf(entry);
  if (size > 0 && "session" in entry) {
    const kept = relay.keptFor(entry.session, directory.find(entry.group));
    if (!quotas.hasRoomFor(size, kept)) return refuse("bytesPerSession", entry);
  }
  const answer = await quotas.within(demandsOf(relay, entry), append);
  return "quota" in answer ? refuse(answer.quota, entry) : answer;
}

/** How many characters there are to keep for others. */
function sizeOf(entry: LiveRequest): number {
  switch (entry.type) {
    case "relay":
      return entry.message.body.length + entry.message.uuid.length;
    case "propose":
      return entry.message.length;
    case "signed":
      return entry.value.length;
    case "done":
      // When all are, everybody is told, and told again.
      return entry.session.length;
    default:
      return 0;
  }
}

function demandsOf({ quotas, audience, directory }: Relay, entry: LiveRequest): readonly Demand[] {
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

function refuse(quota: Quota, entry: LiveRequest): LiveAnswer {
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
