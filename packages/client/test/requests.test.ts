import {
  generateIdentity,
  MemoryJournal,
  openSession,
  RelayConnection,
  runCeremony,
  type Session,
  type SessionEvent,
  type Transport,
} from "@countersign/client";
import { nodeBackend } from "@countersign/noise/node";
import type { RoundProtocol } from "@countersign/session";
import { SeededRandom } from "@countersign/testkit";
import { expect, test } from "vitest";
import { AlarmClock } from "./support/alarm-clock.ts";
import { MemoryRelay } from "./support/memory-relay.ts";

// Thirty parties, 435 pairs: what each of them asks of the relay, counted and not timed.

const parties = 30;
const clock = new AlarmClock();
const random = new SeededRandom(3);
const relay = new MemoryRelay({ clock, random, fate: () => "pass" });
const surroundings = { clock, randomBytes: random.bytes };
const identities = Array.from({ length: parties }, () => generateIdentity(random.bytes));
const psks = identities.map(() => identities.map(() => random.bytes(32)));
const place = {
  group: random.bytes(16),
  session: random.bytes(16),
  kind: "sign",
  parties,
  threshold: parties,
} as const;

function pinsOf(self: number) {
  return identities.flatMap(({ noiseStatic, ed25519 }, i) => {
    const number = i + 1;
    const linkPsk = psks[Math.min(self, number) - 1]?.[Math.max(self, number) - 1] ?? new Uint8Array();
    const keys = { noiseStatic: noiseStatic.publicKey, ed25519: ed25519.publicKey, linkPsk };
    return number === self ? [] : [{ number, label: `party ${number}`, ...keys }];
  });
}

/** Everybody says something to all, then something to each of the others. */
const protocol: RoundProtocol<number> = {
  name: "countersign/test-talk/1",
  rounds: [
    { name: "to all", broadcast: true, direct: false, seconds: 60 },
    { name: "to each", broadcast: false, direct: true, seconds: 60 },
  ],
  begin: () => ({ type: "round", state: new Uint8Array(), broadcast: new Uint8Array(100) }),
  advance(state, round, received) {
    const direct = new Map(received.map(({ from }) => [from, new Uint8Array(100)]));
    return round === 1
      ? { type: "round", state, direct }
      : { type: "done", result: received.length, outcome: new Uint8Array(32), state };
  },
  restore: () => 0,
};

/** Messages to the relay so far, by party. */
const sent = new Map<number, number>();

function countingTransport(number: number): Transport {
  return {
    connect(url, protocols, handlers) {
      const connection = relay.connect(url, protocols, handlers);
      const send = (text: string) => {
        if (text.includes('"Session.message"')) sent.set(number, (sent.get(number) ?? 0) + 1);
        connection.send(text);
      };
      return { send, close: () => connection.close() };
    },
  };
}

async function come(number: number): Promise<Session> {
  const identity = identities[number - 1];
  if (identity === undefined) throw new Error("nobody");
  return openSession({
    ...surroundings,
    relay: new RelayConnection({ url: "ws://relay.example", transport: countingTransport(number), ...surroundings }),
    journal: new MemoryJournal(),
    backend: nodeBackend,
    self: { label: `party ${number}`, identity },
    key: { ...place, number, pins: pinsOf(number) },
  });
}

async function readyOf(events: AsyncIterable<SessionEvent>) {
  for await (const event of events) if (event.type === "ready") return event;
  throw new Error("not ready");
}

/** The most that one party has sent since it was asked before. */
function mostSent(): number {
  const most = Math.max(...sent.values());
  sent.clear();
  return most;
}

test("a party asks the relay about once for each step, however many there are", async () => {
  const numbers = identities.map((_, i) => i + 1);
  const sessions = await clock.until(Promise.all(numbers.map(come)));
  const begun = sessions.map((session) => ({ session, events: session.events() }));
  const ready = await clock.until(
    Promise.all(begun.map(async (one) => ({ ...one, ready: await readyOf(one.events) }))),
  );
  await clock.advance(3_000);
  // Steps: keys and tags of the group's link as the others come, commitments, reveals, receipts.
  expect(mostSent()).toBeLessThanOrEqual(8);

  const runs = ready.map(({ session, events, ready }) => {
    const identity = identities[session.number - 1];
    if (identity === undefined) throw new Error("nobody");
    const self = { label: `party ${session.number}`, identity };
    return runCeremony({ session, events, ready, self, protocol, clock, journal: { write: async () => {} } });
  });
  const results = await clock.until(Promise.all(runs.map(({ result }) => result)));
  expect(results.map(({ result }) => result)).toEqual(numbers.map(() => parties - 1));
  await clock.advance(3_000);
  // Steps: two rounds, the seal, that it is complete, and receipts.
  expect(mostSent()).toBeLessThanOrEqual(10);
  await clock.until(Promise.all(runs.map((run) => run.close())));
  expect(mostSent()).toBeLessThanOrEqual(2);
}, 180_000);
