import {
  type Clock,
  MemoryJournal,
  openSession,
  RelayConnection,
  type Session,
  type Transport,
} from "@countersign/client";
import type { Backend } from "@countersign/noise";
import { acquaintances, random } from "./people.ts";

export interface PartiesOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly backend: Backend;
}

/** Clients that have a key together, over our relay. */
export function ourParties(url: string, count: number, { transport, clock, backend }: PartiesOptions) {
  const group = random(16);
  const { people, pinsOf } = acquaintances(count);
  const relays = people.map(() => new RelayConnection({ url, transport, clock }));
  const open = (at: number, session: Uint8Array): Promise<Session> => {
    const [self, relay] = [people[at], relays[at]];
    if (self === undefined || relay === undefined) throw new Error("no such party");
    const { number } = self;
    const sizes = { parties: count, threshold: count };
    return openSession({
      key: { group, session, number, kind: "sign", ...sizes, pins: pinsOf(number) },
      relay,
      self,
      journal: new MemoryJournal(),
      clock,
      backend,
    });
  };
  return {
    /** From taking seats to the last message of the second round; returns what is to be closed. */
    run: async (body: Uint8Array): Promise<readonly Session[]> => {
      const session = random(16);
      const sessions = await Promise.all(people.map((_, at) => open(at, session)));
      await Promise.all(sessions.map((one) => twoRounds(one, count, body)));
      return sessions;
    },
    close: () => {
      for (const relay of relays) relay.close();
    },
  };
}

async function twoRounds(session: Session, count: number, body: Uint8Array): Promise<void> {
  const received = [0, 0, 0];
  let round = 0;
  const say = () => session.send({ to: 0, round: ++round, bytes: body });
  for await (const event of session.events()) {
    if (event.type === "failed" || event.type === "ended") throw new Error(`the session ended: ${event.type}`);
    if (event.type === "ready") say();
    if (event.type === "message") received[event.round] = (received[event.round] ?? 0) + 1;
    if (round === 1 && received[1] === count - 1) say();
    if (round === 2 && received[2] === count - 1) return;
  }
}
