import { expect } from "vitest";
import type { CeremonyMessage } from "../../src/messages.ts";
import { read } from "./forge.ts";
import { type PartyOptions, type Sent, smallTalk } from "./party.ts";
import { type Meddling, Table } from "./table.ts";

/** Number of the party that does not behave. */
export const MALLORY = 3;
type Change = (number: number) => Partial<PartyOptions>;

/** All parties only talk, for so many rounds. */
export const talk =
  (rounds: number): Change =>
  () => ({ protocol: smallTalk(rounds) });

/** A table at which the messages of party 3 are meddled with. */
export function tableWith(meddle: Meddling, count = 3, change: Change = talk(2)): Table {
  const table = new Table(count, change);
  // Whoever lies does not tell the truth when asked, either.
  table.meddle = (message) =>
    message.from !== MALLORY ? [message] : isA(message, "certificate") ? [] : meddle(message);
  table.start();
  return table;
}

/** Whether it is one of that type, among so many parties. */
export const decodes = (message: Sent, type: CeremonyMessage["type"], parties: number) =>
  read(message, type, parties) !== undefined;
/** Whether it is one of that type, of that round. */
export const isA = (message: Sent, type: CeremonyMessage["type"], round?: number) =>
  read(message, type, 3) !== undefined && (round === undefined || message.round === round);

/** How it ended for those who behave. */
export const honest = (table: Table) => table.ends().filter((_, index) => index + 1 !== MALLORY);

/** Everybody who behaves names party 3, found by itself or told by another; and somebody has found this. */
export function expectNamed(table: Table, found: string): void {
  expect(honest(table)).toContain(`${found} 3`);
  for (const end of honest(table)) expect(end).toMatch(/^peer\.\S+ (3|.* by (3 .*|\d blaming 3))$/);
}
