import {
  type CeremonyEvent,
  type CeremonyJournal,
  claimInvitation,
  createInvitation,
  generateIdentity,
  type Invitation,
  MemoryJournal,
  openSession,
  RelayConnection,
  runCeremony,
  type SessionEvent,
} from "@countersign/client";
import { parseCode } from "@countersign/handshake";
import { SharedMemory } from "@countersign/relay";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { SeededRandom } from "@countersign/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identityOf, keyGroup, labelOf, pinsOf } from "./support/key-holders.ts";
import { confirmAll, Party } from "./support/party.ts";
import { sumProtocol } from "./support/sum-protocol.ts";
import { cheapKdf } from "./support/two-parties.ts";

// Three nodes of one relay, real sockets, real time.

let nodes: RunningRelay[];
let connections: RelayConnection[];
beforeEach(async () => {
  const memory = new SharedMemory({ now: () => performance.now() });
  nodes = await Promise.all([1, 2, 3].map(() => startRelay({ store: memory.open() })));
  connections = [];
});
afterEach(async () => {
  for (const connection of connections) connection.close();
  await Promise.all(nodes.map((node) => node.close()));
});

/** A connection to all nodes, the one with the number `first` first. */
function connect(first: number): RelayConnection {
  const urls = nodes.map(({ url }) => url);
  const relay = new RelayConnection({ url: [...urls.slice(first), ...urls.slice(0, first)] });
  connections.push(relay);
  return relay;
}

async function enter(relay: RelayConnection, label: string, invitation: Invitation): Promise<Party> {
  const self = { label, identity: generateIdentity() };
  return new Party(await openSession({ relay, invitation, self, journal: new MemoryJournal(), kdf: cheapKdf }));
}

test("two at different nodes pair with a code and pass files, while one node after the other stops", async () => {
  const [one, two] = [connect(0), connect(1)];
  const invitation = await createInvitation(one, { kind: "exchange" });
  expect(invitation.link).toContain(nodes[0]?.url.slice("ws://".length));
  const alice = await enter(one, "alice", invitation);
  const parsed = parseCode(invitation.spoken);
  if (!parsed.ok) throw new Error(parsed.detail);
  const bob = await enter(two, "bob", await claimInvitation(two, parsed.code));
  await alice.first("member-joined");
  await nodes[0]?.close();
  await confirmAll(alice, bob);
  expect([one.url, two.url]).toEqual([nodes[1]?.url, nodes[1]?.url]);

  const { bytes } = new SeededRandom(1);
  const sent = [1, 100_000, 16_000, 70_000, 1].map((length) => bytes(length));
  for (const piece of sent) alice.session.send({ bytes: piece });
  await bob.first("message");
  await nodes[1]?.close();
  await alice.session.delivered();
  expect([one.url, two.url]).toEqual([nodes[2]?.url, nodes[2]?.url]);
  await alice.session.close();
  await bob.over;
  expect(bob.all("message").map((message) => message.bytes)).toEqual(sent);
});

/** What is true of the first of the events, behind which others stand. */
async function untilReady(events: AsyncIterable<SessionEvent>): Promise<Extract<SessionEvent, { type: "ready" }>> {
  for await (const event of events) if (event.type === "ready") return event;
  throw new Error("no session");
}

test("a ceremony goes on in the middle of a round when the nodes of its parties stop", async () => {
  const numbers = [1, 2, 4];
  const journal: CeremonyJournal = { write: async () => undefined };
  const stopped: Promise<void>[] = [];
  const results = await Promise.all(
    numbers.map(async (number, i) => {
      const self = { label: labelOf(number), identity: identityOf(number) };
      const key = { group: keyGroup, kind: "sign", parties: 3, threshold: 3, number, pins: pinsOf(number) } as const;
      const session = await openSession({ relay: connect(i), key, self, journal: new MemoryJournal(), kdf: cheapKdf });
      const events = session.events();
      const ready = await untilReady(events);
      const protocol = sumProtocol(
        number,
        numbers.filter((other) => other !== number),
      );
      const run = runCeremony({ session, events, ready, self, protocol, journal });
      const listening = (async () => {
        // Each node but the last one stops when its party has begun.
        for await (const event of run.events() as AsyncIterable<CeremonyEvent>) {
          if (event.type === "progress" && i < 2 && stopped.length <= i)
            stopped.push(nodes[i]?.close() ?? Promise.reject());
        }
      })();
      const { result } = await run.result;
      await run.close();
      await listening;
      return result;
    }),
  );
  expect(results).toEqual([7, 7, 7]);
  expect(stopped).toHaveLength(2);
  await Promise.all(stopped);
});
