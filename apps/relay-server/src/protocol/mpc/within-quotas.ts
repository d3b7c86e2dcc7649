import { type LiveAnswer, type LiveRequest, violation } from "@countersign/relay";
import type { Quota } from "@countersign/rpc";
import type { Demand } from "../../core/quotas.ts";
import type { Relay } from "../../core/relay.ts";

/** Appends an entry if nothing that it demands is used up. */
export async function withinQuotas(
  relay: Relay,
  { entry, address }: { readonly entry: LiveRequest; readonly address: string },
  append: () => Promise<LiveAnswer>,
): Promise<LiveAnswer> {
  const { quotas, directory } = relay;
  const size = sizeOf(entry);
  const host = directory.find(entry.group);
  if (size > 0 && host !== undefined && "session" in entry) {
    const quota = quotas.objection(host, entry.session, size);
    if (quota !== undefined) return refuse(quota, entry);
  }
  const answer = await quotas.within(demandsOf(relay, entry, address), append);
  return "quota" in answer ? refuse(answer.quota, entry) : answer;
}

/** How many characters there are to keep for others. */
function sizeOf(entry: LiveRequest): number {
  switch (entry.type) {
    case "relay":
      return entry.message.body.length + entry.message.uuid.length;
    case "propose":
      return entry.message.length;
    case "begin":
    case "signed":
      return entry.value.length;
    case "done":
      // When all are, everybody is told, and told again.
      return entry.session.length;
    default:
      return 0;
  }
}

function demandsOf({ quotas, audience, directory }: Relay, entry: LiveRequest, address: string): readonly Demand[] {
  switch (entry.type) {
    case "found":
      return [quotas.group(audience.groupsOf(entry.connection))];
    case "attach": {
      const isIn = directory.find(entry.group)?.live?.connections.has(entry.connection) ?? false;
      return isIn ? [] : [quotas.group(audience.groupsOf(entry.connection))];
    }
    case "begin":
      return quotas.session(entry.group, address);
    default:
      return [];
  }
}

function refuse(quota: Quota, entry: LiveRequest): LiveAnswer {
  switch (quota) {
    case "sessions":
      return violation("relayFull");
    case "sessionsPerAddress":
      return violation("tooManySessions");
    case "bytes":
    case "bytesPerAddress":
      return violation("relayKeepsNoMore");
    case "sessionsPerGroup":
      return violation("groupKeepsNoMore", entry.group);
    case "groupsPerConnection":
    case "sessionsPerConnection":
      return violation("tooManyGroups", entry.connection);
    case "bytesPerSession":
      return violation("sessionKeepsNoMore", "session" in entry ? entry.session : "");
  }
}
