import { bodiesFor, previousSeq, readEvents, type Session, type SessionEvent } from "@countersign/relay";
import type { GroupHost } from "./group-host.ts";
import { type Outlet, Pump } from "./pump.ts";

/** How a dialect says what happens in a session. */
export interface EventCodec {
  encodeEvent(session: Session, event: SessionEvent, more: EventExtras): string;
  encodePresence(session: string, number: number, online: boolean): string;
  /** The member came back on another connection. */
  encodeReplaced(session: string): string;
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
  readonly #pump: Pump;
  /** The last event that was looked at, and the last one that was sent. */
  #after: number;
  #previous: number;
  /** Who came or went, not told yet: the newest only, so it never grows. */
  readonly #presence = new Map<number, boolean>();

  constructor(place: Place, outlet: Outlet, after: number) {
    this.place = place;
    this.#outlet = outlet;
    this.#after = after;
    const session = this.#session();
    this.#previous = session === undefined ? 0 : previousSeq(session, place.number, after);
    this.#pump = new Pump(outlet, { advance: () => this.#advance(), hasMore: () => this.#hasMore() });
  }

  stop(): void {
    this.#pump.stop();
  }

  /** There may be something new, or room for it. */
  wake(): void {
    this.#pump.wake();
  }

  /** Another member came or went; told behind the events that are there already. */
  presence(number: number, online: boolean): void {
    this.#presence.set(number, online);
    this.wake();
  }

  async #advance(): Promise<void> {
    while (!this.#pump.isStopped && this.#outlet.hasRoom()) {
      const session = this.#session();
      if (session === undefined) return;
      const { events, upTo } = readEvents(session, this.place.number, { after: this.#after, max: PORTION });
      if (upTo === this.#after) break;
      for (const event of events) {
        if (!this.#outlet.hasRoom()) return;
        const reading = this.#bodies(event);
        const bodies = reading instanceof Promise ? await reading : reading;
        if (this.#pump.isStopped) return;
        this.#after = event.seq;
        // What everybody has acknowledged is kept no more; then this member has acknowledged it, too.
        if (bodies === undefined) continue;
        this.#outlet.deliver(this.place.codec.encodeEvent(session, event, { previous: this.#previous, bodies }));
        this.#previous = event.seq;
      }
      this.#after = upTo;
    }
    if (this.#pump.isStopped || !this.#outlet.hasRoom()) return;
    for (const [number, online] of this.#presence) {
      this.#outlet.send(this.place.codec.encodePresence(this.place.session, number, online));
    }
    this.#presence.clear();
  }

  #bodies(event: SessionEvent): readonly string[] | undefined | Promise<readonly string[] | undefined> {
    if (event.type !== "message") return [];
    const { host, number } = this.place;
    const payload = host.payload(event.position);
    if (!(payload instanceof Promise)) return payload && bodiesFor(payload, event, number);
    return payload.then((read) => read && bodiesFor(read, event, number));
  }

  #hasMore(): boolean {
    const session = this.#session();
    return session !== undefined && (session.seq > this.#after || this.#presence.size > 0);
  }

  #session(): Session | undefined {
    return this.place.host.sessions.get(this.place.session);
  }
}
