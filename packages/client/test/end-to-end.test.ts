import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  claimInvitation,
  createInvitation,
  generateIdentity,
  type Invitation,
  type Kdf,
  MemoryJournal,
  openSession,
  RelayConnection,
  scryptKdf,
  type Transport,
} from "@countersign/client";
import { parseCode } from "@countersign/handshake";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { SeededRandom } from "@countersign/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { type Cut, CuttingTransport } from "./support/cutting-transport.ts";
import { confirmAll, Party } from "./support/party.ts";
import { cheapKdf } from "./support/two-parties.ts";

// The real relay, real sockets, real time.

const leftOver: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of leftOver.splice(0).reverse()) await end();
});

async function serve(data?: string): Promise<RunningRelay> {
  const relay = await startRelay(data === undefined ? {} : { data });
  leftOver.push(() => relay.close());
  return relay;
}

test("a relay that asks for access tokens admits who has one, by what a browser can send, too", async () => {
  const directory = await mkdtemp(join(tmpdir(), "countersign-"));
  leftOver.push(() => rm(directory, { recursive: true }));
  const token = "AbC-_0123456789";
  const accessTokens = join(directory, "access-tokens");
  await writeFile(accessTokens, createHash("sha256").update(token).digest("hex"));
  const { url, close } = await startRelay({ accessTokens });
  leftOver.push(() => close());
  const ask = (more: { accessToken?: string }) => {
    const relay = new RelayConnection({ url, ...more });
    leftOver.push(() => relay.close());
    return relay.call("Relay.info", {});
  };
  expect(await ask({ accessToken: token })).toMatchObject({ name: "countersign-relay" });
  await expect(ask({})).rejects.toMatchObject({ code: "relay.unreachable" });
  await expect(ask({ accessToken: "another" })).rejects.toMatchObject({ code: "relay.unreachable" });
});

/** A connection that tries again at once when it is lost. */
function connect(transport: Transport): RelayConnection {
  const relay = new RelayConnection({
    url: "ws://relay.test",
    transport,
    randomBytes: (length) => new Uint8Array(length),
  });
  leftOver.push(() => relay.close());
  return relay;
}

async function enter(
  relay: RelayConnection,
  label: string,
  invitation: Invitation,
  kdf: Kdf = cheapKdf,
): Promise<Party> {
  const self = { label, identity: generateIdentity() };
  return new Party(await openSession({ relay, invitation, self, journal: new MemoryJournal(), kdf }));
}

async function claim(relay: RelayConnection, spoken: string): Promise<Invitation> {
  const parsed = parseCode(spoken);
  if (!parsed.ok) throw new Error(parsed.detail);
  return claimInvitation(relay, parsed.code);
}

interface Meeting {
  readonly alice: Party;
  readonly bob: Party;
  readonly spoken: string;
}

async function meet(transport: Transport, kdf?: Kdf): Promise<Meeting> {
  const [one, two] = [connect(transport), connect(transport)];
  const invitation = await createInvitation(one, { kind: "exchange" });
  const alice = await enter(one, "alice", invitation, kdf);
  const bob = await enter(two, "bob", await claim(two, invitation.spoken), kdf);
  return { alice, bob, spoken: invitation.spoken };
}

/** 200 KiB in pieces of many sizes. */
function pieces(seed: number): Uint8Array[] {
  const random = new SeededRandom(seed);
  return [1, 100_000, 16_000, 0, 70_000, 18_799].map((length) => random.bytes(length));
}

/** Sends the pieces, waits until they are there, says good-bye, and looks at what came. */
async function transfer({ alice, bob }: Meeting, sent: Uint8Array[]): Promise<void> {
  for (const bytes of sent) alice.session.send({ bytes });
  await alice.session.delivered();
  await alice.session.close();
  await Promise.all([alice.over, bob.over]);
  expect(bob.all("message").map(({ bytes }) => bytes)).toEqual(sent);
  expect(bob.all("closed")).toMatchObject([{ number: alice.session.number, reason: 0 }]);
  for (const { events } of [alice, bob]) expect(events.at(-1)).toEqual({ type: "ended", how: "closed" });
}

describe("two clients at a real relay", () => {
  test("pair with a code and the real scrypt, see the same words, and pass 200 KiB", async () => {
    const relay = await serve();
    const meeting = await meet(new CuttingTransport(() => relay.url), scryptKdf);
    const { words, digits } = await confirmAll(meeting.alice, meeting.bob);
    expect(words.split("-")).toHaveLength(5);
    expect(digits).toMatch(/^[0-9]{6}$/);
    const sent = pieces(0);
    expect(sent.reduce((sum, { length }) => sum + length, 0)).toBe(200 * 1024);
    await transfer(meeting, sent);
  });

  test.each(Array.from({ length: 8 }, (_, i) => i + 1))("with connections cut at random: seed %i", async (seed) => {
    const relay = await serve();
    const random = new SeededRandom(seed);
    let left = 10;
    const cut = (): Cut => {
      if (left === 0 || !random.chance(0.15)) return undefined;
      left--;
      return random.pick(["before", "after"]);
    };
    const transport = new CuttingTransport(() => relay.url, cut);
    const meeting = await meet(transport);
    await confirmAll(meeting.alice, meeting.bob);
    await transfer(meeting, pieces(seed));
    expect(transport.cuts).toBeGreaterThan(2);
  });

  test("with the relay restarted on the same data in the middle of the handshake and of the transfer", async () => {
    const data = await mkdtemp(join(tmpdir(), "countersign-client-"));
    leftOver.push(() => rm(data, { recursive: true }));
    let relay = await serve(data);
    const restart = async () => {
      await relay.close();
      relay = await serve(data);
    };
    const meeting = await meet(new CuttingTransport(() => relay.url));
    const { alice, bob } = meeting;
    await alice.first("member-joined");
    await restart();
    await Promise.all([alice.first("up"), bob.first("up")]);
    await restart();
    await confirmAll(alice, bob);
    const sent = pieces(3);
    const [first, ...rest] = sent;
    if (first !== undefined) alice.session.send({ bytes: first });
    for (const bytes of rest) alice.session.send({ bytes });
    await bob.first("message");
    await restart();
    await alice.session.delivered();
    await alice.session.close();
    await bob.over;
    expect(bob.all("message").map(({ bytes }) => bytes)).toEqual(sent);
    expect(alice.all("relay-back").length).toBeGreaterThanOrEqual(2);
  });

  test("both learn of a wrong code at once", async () => {
    const relay = await serve();
    const transport = new CuttingTransport(() => relay.url);
    const [one, two] = [connect(transport), connect(transport)];
    const invitation = await createInvitation(one, { kind: "exchange" });
    const other = parseCode(`${invitation.nameplate}-aardvark-adroitness-aardvark-adroitness`);
    if (!other.ok) throw new Error(other.detail);
    const alice = await enter(one, "alice", invitation);
    const bob = await enter(two, "bob", await claimInvitation(two, other.code));
    const ends = await Promise.all([alice.over, bob.over]);
    const last = ends.map((events) => events.at(-1));
    expect(last).toContainEqual(expect.objectContaining({ type: "failed", code: "peer.wrong-code" }));
    expect(last).toContainEqual(expect.objectContaining({ type: "ended", reason: "code-mismatch" }));
    await Promise.all([alice.session.close(), bob.session.close()]);
  });

  test("a second one who has the code finds the place taken", async () => {
    const relay = await serve();
    const transport = new CuttingTransport(() => relay.url);
    const { alice, bob, spoken } = await meet(transport);
    const late = connect(transport);
    await expect(claim(late, spoken)).rejects.toMatchObject({ name: "RelayError", code: "relay.invitation-closed" });
    await confirmAll(alice, bob);
    await transfer({ alice, bob, spoken }, pieces(1));
  });

  test("a number that nobody has, is unknown", async () => {
    const relay = await serve();
    const stranger = connect(new CuttingTransport(() => relay.url));
    const nobody = claim(stranger, "999999-revenge-guitarist-acme-adviser");
    await expect(nobody).rejects.toMatchObject({ code: "relay.unknown-invitation", retryable: false });
  });

  test("whoever loses the connection is seen to be away, and a session that the relay has forgotten ends", async () => {
    let relay = await serve();
    const transport = new CuttingTransport(() => relay.url);
    const connections = [connect(transport), connect(transport)] as const;
    const invitation = await createInvitation(connections[0], { kind: "exchange" });
    const alice = await enter(connections[0], "alice", invitation);
    const bob = await enter(connections[1], "bob", await claim(connections[1], invitation.spoken));
    await confirmAll(alice, bob);
    connections[1].close();
    expect(await alice.first("member-offline")).toMatchObject({ number: bob.session.number });
    expect((await bob.over).at(-1)).toMatchObject({
      type: "ended",
      how: "unreachable",
      cause: { code: "relay.closed" },
    });
    await relay.close();
    relay = await serve();
    expect((await alice.over).at(-1)).toMatchObject({ how: "expired", cause: { code: "relay.unknown-session" } });
  });
});

describe("without a relay", () => {
  test("the first call fails at once", async () => {
    const relay = await serve();
    await relay.close();
    const connection = new RelayConnection({ url: relay.url });
    await expect(connection.call("Relay.info", {})).rejects.toMatchObject({ code: "relay.unreachable" });
    connection.close();
  });
});
