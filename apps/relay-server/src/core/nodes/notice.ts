/** What nodes tell each other of the members that are connected to them: it is in no log, and nothing is decided by it. */
export interface PresenceNotice {
  readonly type: "online" | "offline";
  readonly node: number;
  readonly session: string;
  readonly number: number;
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
  const { type, node, session, number } = value ?? {};
  if ((type !== "online" && type !== "offline") || typeof session !== "string") return undefined;
  if (typeof node !== "number" || typeof number !== "number") return undefined;
  return { type, node, session, number };
}
