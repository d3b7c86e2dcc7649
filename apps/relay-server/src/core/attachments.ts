import type { Clock } from "../clock.ts";
import { Feed, type Place } from "./feed.ts";
import type { Coming, Elsewhere } from "./nodes/elsewhere.ts";
import type { Outlet } from "./pump.ts";
import { SharedTexts } from "./shared-texts.ts";

/** A connection as far as sessions are concerned. */
export interface Attachable extends Outlet {
  /** The feeds of the connection, by session: it is one member of each. */
  readonly feeds: Map<string, Feed>;
}

/** A member that is connected. */
interface Attached extends Coming {
  readonly connection: Attachable;
  readonly feed: Feed;
}

/** The members of one session that are connected, by number. */
interface Present {
  readonly members: Map<number, Attached>;
  readonly shared: SharedTexts;
}

/** Who is connected as which member. None of this is in a log: it is gone when the relay is. */
export class Attachments {
  readonly #bySession = new Map<string, Present>();
  readonly #elsewhere: Elsewhere | undefined;

  readonly #clock: Clock;

  /** `elsewhere`: the members that are connected to other nodes, if there can be any. */
  constructor(elsewhere: Elsewhere | undefined, clock: Clock) {
    this.#elsewhere = elsewhere;
    this.#clock = clock;
  }

  isOnline(session: string, number: number): boolean {
    const isHere = this.#bySession.get(session)?.members.has(number) ?? false;
    return isHere || (this.#elsewhere?.isOnline(session, number) ?? false);
  }

  /** Whether a member of the session is connected to this node. */
  has(session: string): boolean {
    return this.#bySession.has(session);
  }

  /** When a member came to this node. */
  cameHere(session: string, number: number): Coming | undefined {
    return this.#bySession.get(session)?.members.get(number);
  }

  /**
   * Makes the connection the member's, which asked for it at `since`, from the event `after` on; an older connection of
   * the member is told.
   */
  attach(
    connection: Attachable,
    place: Place,
    { after, since }: { readonly after: number; readonly since: number },
  ): void {
    const { session, number } = place;
    const mine = connection.feeds.get(session);
    if (mine !== undefined && mine.place.number !== number) this.detach(connection, session);
    const present = this.#bySession.get(session) ?? { members: new Map(), shared: new SharedTexts() };
    this.#bySession.set(session, present);
    const { members, shared } = present;

    const older = members.get(number);
    older?.feed.stop();
    if (older !== undefined && older.connection !== connection) {
      older.connection.feeds.delete(session);
      older.connection.send(older.feed.place.codec.encodeReplaced(session));
    }
    const feed = new Feed(place, connection, { after, shared });
    const isNew = !this.isOnline(session, number);
    members.set(number, { connection, feed, at: place.host.position, ms: this.#clock.now(), asked: since });
    connection.feeds.set(session, feed);
    this.#elsewhere?.came(place, { asked: since });
    if (isNew) this.tell(session, number, true);
  }

  /** A member has come back at another node: whoever was it here is told. */
  dismiss(session: string, number: number): void {
    const present = this.#bySession.get(session);
    const older = present?.members.get(number);
    if (present === undefined || older === undefined) return;
    const { connection, feed } = older;
    feed.stop();
    connection.feeds.delete(session);
    this.#drop(session, present, number);
    connection.send(feed.place.codec.encodeReplaced(session));
  }

  /** Says to the other nodes again that a member is connected to this one, and since when. */
  insist(session: string, number: number): void {
    const here = this.#bySession.get(session)?.members.get(number);
    if (here !== undefined) this.#elsewhere?.came(here.feed.place, { asked: here.asked, insists: true });
  }

  /** Says to the other nodes again who is connected to this one. */
  sayAgain(): void {
    for (const { members } of this.#bySession.values()) {
      for (const { feed } of members.values()) this.#elsewhere?.say(feed.place);
    }
  }

  /** Takes the connection out of a session. */
  detach(connection: Attachable, session: string): void {
    const feed = connection.feeds.get(session);
    if (feed === undefined) return;
    feed.stop();
    connection.feeds.delete(session);
    const { number } = feed.place;
    const present = this.#bySession.get(session);
    if (present !== undefined) this.#drop(session, present, number);
    this.#elsewhere?.went(feed.place);
    if (!this.isOnline(session, number)) this.tell(session, number, false);
  }

  /** Lets the others in a session know that a member has come or gone. */
  tell(session: string, number: number, online: boolean): void {
    for (const [other, { feed }] of this.#bySession.get(session)?.members ?? []) {
      if (other !== number) feed.presence(number, online);
    }
  }

  /** Lets everybody in a session know that there may be something new. */
  wake(session: string): void {
    // An iterator would leave an object behind for each member and message.
    this.#bySession.get(session)?.members.forEach(wakeFeed);
  }

  /** Takes everybody out of a session that exists no more. */
  forget(session: string): void {
    for (const { connection, feed } of this.#bySession.get(session)?.members.values() ?? []) {
      feed.stop();
      connection.feeds.delete(session);
      this.#elsewhere?.went(feed.place);
    }
    this.#bySession.delete(session);
  }

  #drop(session: string, { members }: Present, number: number): void {
    members.delete(number);
    if (members.size === 0) this.#bySession.delete(session);
  }
}

function wakeFeed({ feed }: { readonly feed: Feed }): void {
  feed.wake();
}
