import type { GroupEntry } from "./entry.ts";
import { weightOf, weightOfEnvelopes } from "./weight.ts";

/** What members wrote: entries that are read from the log again when it is handed on. */
export type Payload = Extract<GroupEntry, { type: "message" | "relay" | "begin" | "propose" | "signed" }>;

/** Whether an entry is one that is read again. */
export function isPayload(entry: GroupEntry): entry is Payload {
  switch (entry.type) {
    case "message":
    case "relay":
    case "begin":
    case "propose":
    case "signed":
      return true;
    default:
      return false;
  }
}

/** Whether all whom it is for get the same of it. */
export function isForAll(payload: Payload): boolean {
  return payload.type !== "message" || payload.envelopes.every(({ to }) => to === 0);
}

/** About how many characters an entry holds. */
export function sizeOf(payload: Payload): number {
  switch (payload.type) {
    case "message":
      return payload.envelopes.reduce((sum, { body }) => sum + body.length + OVERHEAD, OVERHEAD);
    case "relay":
      return payload.message.body.length + payload.message.uuid.length + OVERHEAD;
    case "propose":
      return payload.message.length + OVERHEAD;
    case "begin":
    case "signed":
      return payload.value.length + OVERHEAD;
  }
}

/** What an entry would count if it were kept. */
export function weightOfPayload(payload: Payload): number {
  return payload.type === "message" ? weightOfEnvelopes(payload.envelopes) : weightOf(sizeOf(payload));
}

/** About what an object costs beside its text, and what that was cut out of. */
const OVERHEAD = 256;
