import { randomBytes } from "node:crypto";
import {
  type Clock,
  generateIdentity,
  MemoryJournal,
  openSession,
  RelayConnection,
  type Session,
  type Transport,
} from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import { nodeBackend } from "@countersign/noise/node";

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Clients that have a key together: each has pinned each other. */
export function ourParties(url: string, count: number, { transport, clock }: { transport: Transport; clock: Clock }) {
  const group = random(16);
  const people = Array.from({ length: count }, (_, at) => ({
    number: at + 1,
    label: `party ${at + 1}`,
    identity: generateIdentity(random),
    relay: new RelayConnection({ url, transport, clock }),
  }));
  const psks = new Map<string, Uint8Array>();
  const pskOf = (a: number, b: number): Uint8Array => {
    const pair = `${Math.min(a, b)}-${Math.max(a, b)}`;
    const psk = psks.get(pair) ?? random(32);
    psks.set(pair, psk);
    return psk;
  };
  const pinsOf = (own: number): readonly PinnedPeer[] =>
    people
      .filter(({ number }) => number !== own)
      .map(({ number, label, identity }) => {
        const { noiseStatic, ed25519 } = identity;
        const keys = { noiseStatic: noiseStatic.publicKey, ed25519: ed25519.publicKey };
        return { number, label, ...keys, linkPsk: pskOf(number, own) };
      });
  const open = (number: number, session: Uint8Array, self: (typeof people)[number]): Promise<Session> =>
    openSession({
      key: { group, session, number, kind: "sign", parties: count, threshold: count, pins: pinsOf(number) },
      relay: self.relay,
      self,
      journal: new MemoryJournal(),
      clock,
      backend: nodeBackend,
    });
  return {
    /** From taking seats to the last message of the second round; returns what is to be closed. */
    run: async (body: Uint8Array): Promise<readonly Session[]> => {
      const session = random(16);
      const sessions = await Promise.all(people.map((self) => open(self.number, session, self)));
      await Promise.all(sessions.map((one) => twoRounds(one, count, body)));
      return sessions;
    },
    close: () => {
      for (const { relay } of people) relay.close();
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
