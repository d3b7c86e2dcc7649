import {
  type FullIdentity,
  generateIdentity,
  type Kdf,
  type Meeting,
  MemoryJournal,
  RelayConnection,
  type Session,
} from "@countersign/client";
import { startSession } from "@countersign/client/start-session";
import { createPeerGroup } from "@countersign/handshake";
import { SeededRandom } from "@countersign/testkit";
import { concat } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { AlarmClock } from "./alarm-clock.ts";
import { type Fate, MemoryRelay } from "./memory-relay.ts";
import { Party } from "./party.ts";
import { invitation } from "./seat.ts";

export interface World {
  readonly clock: AlarmClock;
  readonly relay: MemoryRelay;
  readonly alice: Party;
  readonly bob: Party;
  /** The third and so on. */
  readonly others: readonly Party[];
}

/** How a party comes to the session. */
export interface Comer {
  readonly meeting: Meeting;
  readonly identity: FullIdentity;
}

/** SHA-256 in the place of scrypt: the tests that count on the real one say so. */
export const cheapKdf: Kdf = async ({ code, salt }) => sha256(concat(salt, code));

/** Two parties or more with the real machines at a relay in memory, on a virtual clock: one seed, one run. */
export async function twoParties(
  seed: number,
  fate: (text: number) => Fate = () => "pass",
  comers: readonly [Partial<Comer>, Partial<Comer>, ...Partial<Comer>[]] = [{}, {}],
): Promise<World> {
  const clock = new AlarmClock();
  const random = new SeededRandom(seed);
  const relay = new MemoryRelay({ clock, random, fate });
  const open = (label: string, { meeting = { invitation }, identity }: Partial<Comer>): Promise<Session> => {
    const surroundings = { clock, randomBytes: random.bytes };
    return startSession(createPeerGroup, {
      ...meeting,
      ...surroundings,
      relay: new RelayConnection({ url: "ws://relay.example", transport: relay, ...surroundings }),
      self: { label, identity: identity ?? generateIdentity(random.bytes) },
      journal: new MemoryJournal(),
      kdf: cheapKdf,
    });
  };
  const [one, two, ...more] = comers;
  const others = more.map((comer, i) => open(`party ${i + 3}`, comer));
  const [alice, bob, ...rest] = await clock.until(Promise.all([open("alice", one), open("bob", two), ...others]));
  return {
    clock,
    relay,
    alice: new Party(alice),
    bob: new Party(bob),
    others: rest.map((session) => new Party(session)),
  };
}
