import { secret, uuid } from "../client.ts";

/** Where the cases take place: their connection is member 1 of this session of countersign.v1, which has room for 255. */
export const setting = {
  group: uuid(0x3001),
  session: uuid(0x4001),
  token: secret(0x5001),
  eid: secret(0x6001),
} as const;

/** A live group of three that the connection is in, and a session of it: the relay draws their ids. */
export interface LiveSetting {
  readonly group: string;
  readonly session: string;
}

/** What that connection opens its session with; `more` takes the place of what it names, null leaves it out. */
export function opening(more: Readonly<Record<string, unknown>> = {}): string {
  const { group, session, token, eid } = setting;
  const usual = { group, session, kind: "exchange", parties: 255, threshold: 2, eid, versions: "AQ", token };
  const entries = Object.entries({ ...usual, ...more }).filter(([, value]) => value !== null);
  return JSON.stringify(Object.fromEntries(entries));
}

/** Another session that nobody has opened yet. */
export const elsewhere = (n: number) => ({ group: uuid(0x7000 + n), session: uuid(0x8000 + n) });
