import {
  type Clock,
  type FullIdentity,
  type Kdf,
  openSession,
  RelayConnection,
  resumeSession,
  type Session,
  type SessionEvent,
} from "@countersign/client";
import type { Backend } from "@countersign/noise";
import type { SeededRandom } from "@countersign/testkit";
import type { Disk } from "./disk.ts";
import type { Meeting } from "./meeting.ts";
import type { Client, Net } from "./net.ts";
import { LOOK_MS, Person } from "./person.ts";
import { EPOCH_MS, type Turns } from "./turns.ts";

/** How a party came out: with what it came for, or with the name of what was in the way. */
export type End =
  | { readonly type: "complete"; readonly outcome: string }
  | { readonly type: "failed"; readonly code: string; readonly detail: string; readonly culprits: readonly number[] };

/** A session in which messages may flow, and what belongs to it. */
export interface Open {
  readonly session: Session;
  readonly events: AsyncIterable<SessionEvent>;
  readonly ready: Extract<SessionEvent, { readonly type: "ready" }>;
  readonly clock: Clock;
  readonly isAlive: () => boolean;
}

export interface PartyOptions {
  /** Its place in the plan, from 1; the relay may give it another number. */
  readonly index: number;
  readonly client: Client;
  readonly turns: Turns;
  readonly random: SeededRandom;
  readonly net: Net;
  readonly disk: Disk;
  /** Of the nodes, in the order in which it tries them. */
  readonly urls: readonly string[];
  readonly meeting: Meeting;
  readonly identity: FullIdentity;
  readonly backend: Backend;
  readonly kdf: Kdf;
  /** How fast its clock goes, and by how many seconds its wall clock is wrong. */
  readonly pace: number;
  readonly skew: number;
  /** What it does once messages may flow; never settles in a process that was killed. */
  readonly purpose: (open: Open) => Promise<string>;
  /** Makes another session of it, for who does not behave. */
  readonly open?: typeof openSession;
}

/** No alarm rings before its time because of how numbers are rounded. */
const TINY = 1e-6;

/** A party's program and the user in front of it: started, killed, and started again on what is on its disk. */
export class Party {
  readonly options: PartyOptions;
  end: End | undefined;
  /** Its number in the session, once it has one. */
  number: number | undefined;
  /** Whether it was killed before messages could flow. */
  wasKilledMeeting = false;
  /** Whether it was killed when it had all that it came for, and had not taken leave. */
  wasKilledLeaving = false;
  kills = 0;
  isUp = false;
  private readonly person: Person;
  private life = 0;
  private readonly killsWhenReady: { readonly afterMs: number; readonly awayMs: number }[] = [];

  constructor(options: PartyOptions) {
    this.options = options;
    this.person = new Person(options);
  }

  /** Starts a process. */
  start(): void {
    this.life += 1;
    this.isUp = true;
    const { life } = this;
    void this.live(life);
  }

  /** Kills the process; another one is started after so many ms. */
  kill(awayMs: number): void {
    if (!this.isUp || this.end !== undefined) return;
    const { turns, net, client } = this.options;
    this.life += 1;
    this.kills += 1;
    this.isUp = false;
    this.wasKilledMeeting ||= !this.person.isReady;
    net.abandon(client.name);
    turns.after(awayMs, () => this.start());
  }

  /** Has it killed so long after messages can flow, once; several of them one life after the other. */
  killAfterReady(kill: { readonly afterMs: number; readonly awayMs: number }): void {
    this.killsWhenReady.push(kill);
  }

  private async live(life: number): Promise<void> {
    const { net, client, random, urls, purpose, turns, meeting } = this.options;
    const { outcome: stored } = this.options.disk.notes;
    // Killed on its way out, with everything that it came for.
    if (stored !== undefined) {
      this.wasKilledLeaving = true;
      return this.come({ type: "complete", outcome: stored });
    }
    const isAlive = () => life === this.life;
    const clock = this.clock(isAlive);
    let isSeated = false;
    const relay = new RelayConnection({
      url: urls,
      transport: net.transport(client),
      clock,
      randomBytes: random.bytes,
    });
    try {
      const session = await this.sit(relay, clock, isAlive);
      this.number = session.number;
      isSeated = true;
      const events = session.events();
      const ready = await this.person.untilReady(session, events, isAlive);
      if (ready.type === "ready") {
        const kill = this.killsWhenReady.shift();
        if (kill !== undefined) turns.after(kill.afterMs, () => isAlive() && this.kill(kill.awayMs));
        const outcome = await purpose({ session, events, ready, clock, isAlive });
        this.come({ type: "complete", outcome });
      } else this.come(ready);
    } catch (error) {
      const end = endOf(error);
      // Nobody there at the first attempt: the user makes another one.
      if (isAlive() && end.code === "relay.unreachable" && !isSeated && turns.ms < meeting.patienceMs) {
        turns.after(LOOK_MS + random.integer(2_000), () => isAlive() && this.start());
      } else if (isAlive()) this.come(end);
    }
    relay.close();
  }

  private come(end: End): void {
    const { meeting, index } = this.options;
    this.end ??= end;
    if (end.type === "failed" && !this.person.isReady) meeting.gaveUp.add(index);
  }

  private async sit(relay: RelayConnection, clock: Clock, isAlive: () => boolean): Promise<Session> {
    const { disk, random, backend, kdf, identity, index, open = openSession } = this.options;
    const journal = disk.journals(isAlive).session;
    const surroundings = { relay, journal, backend, clock, randomBytes: random.bytes };
    const record = disk.record();
    if (record !== undefined) return resumeSession({ ...surroundings, record });
    const invitation = await this.person.invitation(relay);
    return open({ ...surroundings, kdf, invitation, self: { label: `party ${index}`, identity } });
  }

  /** Time as a process sees it, which ends with the process. */
  private clock(isAlive: () => boolean): Clock {
    const { turns, pace, skew } = this.options;
    return {
      now: () => ({ ms: turns.ms * pace, unixSeconds: Math.floor((EPOCH_MS + turns.ms * pace) / 1_000) + skew }),
      wakeAt: (ms, run) => turns.after(Math.ceil(ms / pace + TINY) - turns.ms, () => (isAlive() ? run() : undefined)),
    };
  }
}

function endOf(error: unknown): End & { readonly type: "failed" } {
  const { code, message, culprits = [] } = error as { code?: string; message: string; culprits?: readonly number[] };
  // What has no code is a fault of the program, and said with its place.
  return {
    type: "failed",
    code: code ?? "none",
    detail: code === undefined ? `${(error as Error).stack}` : message,
    culprits,
  };
}
