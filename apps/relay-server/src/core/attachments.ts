import { Feed, type Place } from "./feed.ts";
import type { Outlet } from "./pump.ts";
import { SharedTexts } from "./shared-texts.ts";

/** A connection as far as sessions are concerned. */
export interface Attachable extends Outlet {
  /** The feeds of the connection, by session: it is one member of each. */
  readonly feeds: Map<string, Feed>;
}

/** The members of one session that are connected, by number. */
interface Present {
  readonly members: Map<number, { readonly connection: Attachable; readonly feed: Feed }>;
  readonly shared: SharedTexts;
}

/** Who is connected as which member. None of this is in a log: it is gone when the relay is. */
export class Attachments {
  readonly #bySession = new Map<string, Present>();

  isOnline(session: string, number: number): boolean {
    return this.#bySession.get(session)?.members.has(number) ?? false;
  }

  /** Makes the connection the member's, from the event `after` on; an older connection of the member is told. */
  attach(connection: Attachable, place: Place, after: number): void {
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
    members.set(number, { connection, feed });
    connection.feeds.set(session, feed);
    if (older === undefined) this.tell(session, number, true);
  }

  /** Takes the connection out of a session. */
  detach(connection: Attachable, session: string): void {
    const feed = connection.feeds.get(session);
    if (feed === undefined) return;
    feed.stop();
    connection.feeds.delete(session);
    const members = this.#bySession.get(session)?.members;
    members?.delete(feed.place.number);
    if (members?.size === 0) this.#bySession.delete(session);
    this.tell(session, feed.place.number, false);
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
    }
    this.#bySession.delete(session);
  }
}

function wakeFeed({ feed }: { readonly feed: Feed }): void {
  feed.wake();
}
