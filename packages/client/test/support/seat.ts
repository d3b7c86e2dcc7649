import {
  type Invitation,
  type Journal,
  type JournalEntry,
  MemoryJournal,
  RelayConnection,
  type Session,
  type SessionEvent,
} from "@countersign/client";
import { startSession } from "@countersign/client/start-session";
import type { Machine, PeerGroupInput, PeerGroupOptions, PeerGroupOutput } from "@countersign/handshake";
import { encodeBase64url, parseUuid } from "@countersign/wire";
import { AlarmClock, settle } from "./alarm-clock.ts";
import { type FakeConnection, FakeTransport } from "./fake-transport.ts";

export const groupId = "00000000-0000-4000-8000-000000000001";
export const sessionId = "00000000-0000-4000-8000-000000000002";

/** A machine that does what the test says, and remembers what it was told. */
export class ScriptedMachine implements Machine<PeerGroupInput, PeerGroupOutput> {
  readonly inputs: PeerGroupInput[] = [];
  react: (input: PeerGroupInput) => readonly PeerGroupOutput[] = () => [];
  options: PeerGroupOptions | undefined;

  step(input: PeerGroupInput): readonly PeerGroupOutput[] {
    this.inputs.push(input);
    return this.react(input);
  }

  /** The types of the inputs so far. */
  get heard(): readonly string[] {
    return this.inputs.map(({ type }) => type);
  }
}

/** A journal whose writes the test completes, but for those that nothing waits for. */
export class HeldJournal implements Journal {
  readonly writes: { readonly entry: JournalEntry; done(): Promise<void>; fail(): Promise<void> }[] = [];

  write(entry: JournalEntry): Promise<void> {
    if (entry.type === "record" || entry.type === "member" || entry.type === "seen") return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.writes.push({
        entry,
        done() {
          resolve();
          return settle();
        },
        fail() {
          reject(new Error("no space left"));
          return settle();
        },
      });
    });
  }
}

export const invitation: Invitation = {
  parameters: { group: uuid(groupId), session: uuid(sessionId), kind: "exchange", parties: 2, threshold: 2 },
  nameplate: "7",
  secret: "revenge-guitarist-acme-adviser",
  spoken: "7-revenge-guitarist-acme-adviser",
  link: "http://relay.example/#7-revenge-guitarist-acme-adviser",
};

export const self = {
  label: "alice",
  identity: {
    noiseStatic: { publicKey: new Uint8Array(32), privateKey: new Uint8Array(32) },
    ed25519: { publicKey: new Uint8Array(32), secretKey: new Uint8Array(32) },
  },
};

/** A session of a scripted machine at a relay that the test plays. */
export interface Seated {
  readonly session: Session;
  readonly machine: ScriptedMachine;
  readonly transport: FakeTransport;
  readonly clock: AlarmClock;
  /** What the session told so far. */
  readonly events: SessionEvent[];
  /** The latest event of the session's log, as the relay sends it. */
  seq: number;
  ended: boolean;
}

export async function sitDown(
  options: { journal?: Journal; parties?: number; keepAliveMs?: number } = {},
): Promise<Seated> {
  const { journal = new MemoryJournal(), parties = 2, keepAliveMs } = options;
  const transport = new FakeTransport();
  const clock = new AlarmClock();
  const randomBytes = (length: number) => new Uint8Array(length).fill(0xff);
  const relay = new RelayConnection({ url: "ws://relay.example", transport, clock, randomBytes });
  const machine = new ScriptedMachine();
  const opening = startSession(
    (given) => {
      machine.options = given;
      return machine;
    },
    {
      relay,
      self,
      journal,
      clock,
      randomBytes,
      keepAliveMs,
      invitation: { ...invitation, parameters: { ...invitation.parameters, parties } },
      kdf: async () => new Uint8Array(32),
    },
  );
  await settle();
  const connection = transport.last.open();
  connection.answer(connection.the("Session.open"), seatAnswer());
  const session = await opening;
  const seated: Seated = { session, machine, transport, clock, events: [], seq: 0, ended: false };
  void (async () => {
    for await (const event of session.events()) seated.events.push(event);
    seated.ended = true;
  })();
  return seated;
}

export function seatAnswer(members: { number: number; online: boolean }[] = []) {
  return {
    group: groupId,
    session: sessionId,
    number: 1,
    seq: 0,
    members: members.map((member) => ({ ...member, eid: encodeBase64url(new Uint8Array(32)), versions: "AQ" })),
    missing: [],
  };
}

/** The relay tells of a message from party 2, behind what it told before. */
export function tellMessage(seated: Seated, bodies: readonly Uint8Array[] = [Uint8Array.of(7)]): void {
  const previous = seated.seq;
  seated.seq += 1;
  seated.transport.last.tell("message", {
    session: sessionId,
    seq: seated.seq,
    previous,
    from: 2,
    bodies: bodies.map(encodeBase64url),
  });
}

/** The relay takes the connection that comes next, and answers the resumption on it. */
export async function reconnect(seated: Seated): Promise<FakeConnection> {
  const before = seated.transport.connections.length;
  await seated.clock.advance(10_000);
  if (seated.transport.connections.length === before) throw new Error("no attempt was made to connect again");
  const connection = seated.transport.last.open();
  connection.answer(connection.the("Session.resume"), seatAnswer());
  await settle();
  return connection;
}

function uuid(text: string): Uint8Array {
  const bytes = parseUuid(text);
  if (!bytes.ok) throw new Error(bytes.detail);
  return bytes.value;
}
