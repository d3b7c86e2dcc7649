import { type RawJson, rawMembers } from "./raw-json.ts";
import type { MpcKind, MpcMessage, MpcParameters } from "./values.ts";

/** How one argument is read: undefined for what does not fit. The text is JSON. */
export interface Field<Value> {
  /** What it should have been, for the `data` of the error. */
  readonly expected: string;
  read(raw: RawJson): Value | undefined;
}

const UUID = /^(?:urn:uuid:([0-9a-f-]{36})|\{([0-9a-f-]{36})\}|([0-9a-f-]{36})|([0-9a-f]{32}))$/i;
const HYPHENATED = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The lower-case, hyphenated form of a UUID that is written in that, the simple, the braced or the URN form. */
export function readUuid(text: string): string | undefined {
  const match = UUID.exec(text);
  const simple = match?.[4];
  const hyphenated =
    simple?.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") ?? match?.[1] ?? match?.[2] ?? match?.[3];
  const lower = hyphenated?.toLowerCase();
  return lower !== undefined && HYPHENATED.test(lower) ? lower : undefined;
}

export const uuid: Field<string> = {
  expected: "a UUID",
  read: (raw) => {
    const read = text.read(raw);
    return read === undefined ? undefined : readUuid(read);
  },
};

export const text: Field<string> = {
  expected: "a string",
  read: (raw) => {
    const read = raw.startsWith('"') ? (JSON.parse(raw) as string) : undefined;
    // JSON can say half of a character, UTF-8 cannot.
    return read?.isWellFormed() ? read : undefined;
  },
};

export const kind: Field<MpcKind> = {
  expected: "keygen or sign",
  read: (raw) => {
    const read = text.read(raw);
    return read === "keygen" || read === "sign" ? read : undefined;
  },
};

export const u16: Field<number> = {
  expected: "an integer from 0 to 65535",
  read: (raw) => (/^\d{1,5}$/.test(raw) && Number(raw) <= 0xffff ? Number(raw) : undefined),
};

/** Anything, as it was written. */
export const json: Field<RawJson> = { expected: "a value", read: (raw) => raw };

export const parameters: Field<MpcParameters> = {
  expected: "an object of parties and threshold",
  read: (raw) => {
    const members = rawMembers(raw);
    const parties = u16.read(members?.get("parties") ?? "");
    const threshold = u16.read(members?.get("threshold") ?? "");
    return parties === undefined || threshold === undefined ? undefined : { parties, threshold };
  },
};

/** A message; members that it does not have to have are dropped. */
export const message: Field<MpcMessage> = {
  expected: "an object of round, sender, receiver, uuid and body",
  read: (raw) => {
    const members = rawMembers(raw);
    const round = u16.read(members?.get("round") ?? "");
    const sender = u16.read(members?.get("sender") ?? "");
    const receiver = readReceiver(members?.get("receiver"));
    const session = text.read(members?.get("uuid") ?? "");
    const body = members?.get("body");
    const isComplete = round !== undefined && sender !== undefined && session !== undefined && body !== undefined;
    return isComplete && receiver !== undefined ? { round, sender, receiver, uuid: session, body } : undefined;
  },
};

function readReceiver(raw: RawJson | undefined): number | null | undefined {
  return raw === undefined || raw === "null" ? null : u16.read(raw);
}
