/** What nodes tell each other of the members that are connected to them: it is in no log, and nothing is decided by it. */
export interface PresenceNotice {
  readonly type: "online" | "offline";
  readonly node: number;
  readonly session: string;
  readonly number: number;
  /** The position in the group's log up to which the node had read it when the member came or went. */
  readonly at: number;
  /** Milliseconds for which the member had waited for it. */
  readonly waited: number;
  /** The node has heard of another one that carried out late what was asked before, and has the member still. */
  readonly insists: boolean;
}

/** Writes a notice as the text that is sent. */
export function encodeNotice(notice: PresenceNotice): string {
  return JSON.stringify(notice);
}

/** Reads a notice; undefined for what is none. */
export function decodeNotice(text: string): PresenceNotice | undefined {
  let value: Partial<PresenceNotice> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // A node of before there were positions is believed.
  const { type, node, session, number, at = Number.POSITIVE_INFINITY, waited = 0, insists = false } = value ?? {};
  if ((type !== "online" && type !== "offline") || typeof session !== "string") return undefined;
  if (typeof node !== "number" || typeof number !== "number" || typeof at !== "number") return undefined;
  if (typeof waited !== "number" || typeof insists !== "boolean") return undefined;
  return { type, node, session, number, at, waited, insists };
}
