import { bodiesFor, previousSeq, readEvents, type Session, type SessionEvent } from "@countersign/relay";
import type { GroupHost } from "./group-host.ts";

/** How a dialect says what happens in a session. */
export interface EventCodec {
  encodeEvent(session: Session, event: SessionEvent, more: EventExtras): string;
  encodePresence(session: string, number: number, online: boolean): string;
  /** The member came back on another connection. */
  encodeReplaced(session: string): string;
}

/** Where a feed puts its texts. */
export interface Outlet {
  /** Whether more may be put in; when there is room again, the feed is woken. */
  hasRoom(): boolean;
  send(text: string): void;
  /** Calls the feed's `run` at the end of this turn of the event loop. */
  schedule(feed: Feed): void;
  /** The feed cannot go on. */
  broken(error: unknown): void;
}

/** What an event needs for the wire that is not in it. */
export interface EventExtras {
  /** The seq of the event that this member was sent before. */
  readonly previous: number;
  /** A message's bodies for this member. */
  readonly bodies: readonly string[];
}

export interface Place {
  readonly host: GroupHost;
  readonly session: string;
  readonly number: number;
  readonly codec: EventCodec;
}

/** Events that are looked at in one go. */
const PORTION = 64;

/**
 * Takes a member through the events of its session at the pace of its socket. Replay, resume and live delivery are one
 * thing: a cursor that moves on while there are events and room.
 */
export class Feed {
  readonly place: Place;
  readonly #outlet: Outlet;
  /** The last event that was looked at, and the last one that was sent. */
  #after: number;
  #previous: number;
  /** Who came or went, not told yet: the newest only, so it never grows. */
  readonly #presence = new Map<number, boolean>();
  #isRunning = false;
  #isStopped = false;

  constructor(place: Place, outlet: Outlet, after: number) {
    this.place = place;
    this.#outlet = outlet;
    this.#after = after;
    const session = this.#session();
    this.#previous = session === undefined ? 0 : previousSeq(session, place.number, after);
    outlet.schedule(this);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** There may be something new, or room for it. */
  wake(): void {
    if (!this.#isStopped && !this.#isRunning) this.#outlet.schedule(this);
  }

  /** Another member came or went; told behind the events that are there already. */
  presence(number: number, online: boolean): void {
    this.#presence.set(number, online);
    this.wake();
  }

  /** Sends what there is, as far as there is room. */
  run(): void {
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    this.#advance()
      .catch((error: unknown) => {
        this.stop();
        this.#outlet.broken(error);
      })
      .finally(() => {
        this.#isRunning = false;
        // What came while it ran was not listened to.
        if (this.#hasMore() && this.#outlet.hasRoom()) this.wake();
      });
  }

  async #advance(): Promise<void> {
    while (!this.#isStopped && this.#outlet.hasRoom()) {
      const session = this.#session();
      if (session === undefined) return;
      const { events, upTo } = readEvents(session, this.place.number, { after: this.#after, max: PORTION });
      if (upTo === this.#after) break;
      for (const event of events) {
        if (!this.#outlet.hasRoom()) return;
        const reading = this.#bodies(event);
        const bodies = reading instanceof Promise ? await reading : reading;
        if (this.#isStopped) return;
        this.#after = event.seq;
        // What everybody has acknowledged is kept no more; then this member has acknowledged it, too.
        if (bodies === undefined) continue;
        this.#outlet.send(this.place.codec.encodeEvent(session, event, { previous: this.#previous, bodies }));
        this.#previous = event.seq;
      }
      this.#after = upTo;
    }
    if (this.#isStopped || !this.#outlet.hasRoom()) return;
    for (const [number, online] of this.#presence) {
      this.#outlet.send(this.place.codec.encodePresence(this.place.session, number, online));
    }
    this.#presence.clear();
  }

  #bodies(event: SessionEvent): readonly string[] | undefined | Promise<readonly string[] | undefined> {
    if (event.type !== "message") return [];
    const mine = (envelopes: Parameters<typeof bodiesFor>[0] | undefined) =>
      envelopes === undefined ? undefined : bodiesFor(envelopes, this.place.number);
    const envelopes = this.place.host.envelopes(event.position);
    return envelopes instanceof Promise ? envelopes.then(mine) : mine(envelopes);
  }

  #hasMore(): boolean {
    const session = this.#session();
    return session !== undefined && (session.seq > this.#after || this.#presence.size > 0);
  }

  #session(): Session | undefined {
    return this.place.host.sessions.get(this.place.session);
  }
}
