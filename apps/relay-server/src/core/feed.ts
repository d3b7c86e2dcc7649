import {
  bodiesFor,
  isForAll,
  nextEvent,
  type Payload,
  previousSeq,
  type Session,
  type SessionEvent,
} from "@countersign/relay";
import type { GroupHost } from "./group-host.ts";
import { type Outlet, Pump, type Source } from "./pump.ts";
import { EventText, type Head, type SharedTexts, type Tail } from "./shared-texts.ts";

/** How a dialect says what happens in a session. */
export interface EventCodec {
  /** `previous`: the seq of the event that the member was sent before. */
  encodeEvent(session: Session, event: OtherEvent, previous: number): string;
  /** A message is two parts: all whom it is for are told the same in the second one. */
  encodeHead(session: Session, event: MessageEvent, previous: number): Head;
  encodeBodies(event: MessageEvent, bodies: readonly string[]): Tail;
  encodePresence(session: string, number: number, online: boolean): string;
  /** The member came back on another connection. */
  encodeReplaced(session: string): string;
}

export interface Place {
  readonly host: GroupHost;
  readonly session: string;
  readonly number: number;
  readonly codec: EventCodec;
}

export type MessageEvent = Extract<SessionEvent, { type: "message" }>;
export type OtherEvent = Exclude<SessionEvent, MessageEvent>;

/** An event for the wire, undefined if it is kept no more. */
type Text = EventText | string | undefined;

interface FeedOptions {
  /** The last event that the member has. */
  readonly after: number;
  /** Those of all feeds of the session. */
  readonly shared: SharedTexts;
}

/**
 * Takes a member through the events of its session at the pace of its socket. Replay, resume and live delivery are one
 * thing: a cursor that moves on while there are events and room.
 */
export class Feed implements Source {
  readonly place: Place;
  readonly #outlet: Outlet;
  readonly #pump: Pump;
  readonly #shared: SharedTexts;
  /** The last event that was looked at, and the last one that was sent. */
  #after: number;
  #previous: number;
  /** Who came or went, not told yet: the newest only, so it never grows. Undefined: nobody. */
  #presence: Map<number, boolean> | undefined;

  constructor(place: Place, outlet: Outlet, { after, shared }: FeedOptions) {
    this.place = place;
    this.#outlet = outlet;
    this.#shared = shared;
    this.#after = after;
    const session = this.#session();
    this.#previous = session === undefined ? 0 : previousSeq(session, place.number, after);
    this.#pump = new Pump(outlet, this);
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
    this.#presence ??= new Map();
    this.#presence.set(number, online);
    this.wake();
  }

  advance(): Promise<void> | undefined {
    const session = this.#session();
    if (session === undefined) return undefined;
    while (!this.#pump.isStopped && this.#outlet.hasRoom()) {
      const event = nextEvent(session, this.place.number, this.#after);
      if (event === undefined) {
        // What concerns others only is looked at once, not again with all that is to come.
        this.#after = Math.max(this.#after, session.seq);
        return this.#tellPresence();
      }
      const text = this.#textOf(session, event);
      if (text instanceof Promise) {
        // What is new by then is sent at the end of a turn, behind the answer to the call that it came of.
        return text.then((read) => {
          if (!this.#pump.isStopped) this.#pass(event, read);
        });
      }
      this.#pass(event, text);
    }
    return undefined;
  }

  #tellPresence(): undefined {
    if (this.#presence === undefined) return;
    for (const [number, online] of this.#presence) {
      this.#outlet.send(this.place.codec.encodePresence(this.place.session, number, online));
    }
    this.#presence = undefined;
  }

  #pass(event: SessionEvent, text: Text): void {
    this.#after = event.seq;
    // What everybody has acknowledged is kept no more; then this member has acknowledged it, too.
    if (text === undefined) return;
    this.#outlet.deliver(text);
    this.#previous = event.seq;
  }

  #textOf(session: Session, event: SessionEvent): Text | Promise<Text> {
    const { codec } = this.place;
    if (event.type !== "message") return codec.encodeEvent(session, event, this.#previous);
    const shared = this.#shared.find(codec, event.seq, this.#previous);
    if (shared !== undefined) return shared;
    // Others were sent it in this turn, behind another event.
    const bodies = this.#shared.tailOf(codec, event.seq);
    if (bodies !== undefined) return this.#share(session, event, bodies);
    const payload = this.place.host.payload(event.position);
    if (payload instanceof Promise) return payload.then((read) => this.#textOfMessage(session, event, read));
    return this.#textOfMessage(session, event, payload);
  }

  #textOfMessage(session: Session, event: MessageEvent, payload: Payload | undefined): Text {
    if (payload === undefined) return undefined;
    const { codec, number } = this.place;
    const bodies = codec.encodeBodies(event, bodiesFor(payload, event, number));
    if (isForAll(payload)) return this.#share(session, event, bodies);
    return new EventText({ head: codec.encodeHead(session, event, this.#previous), tail: bodies });
  }

  #share(session: Session, event: MessageEvent, bodies: Tail): EventText {
    const { codec } = this.place;
    const head = codec.encodeHead(session, event, this.#previous);
    return this.#shared.keep(head, bodies, { codec, seq: event.seq, previous: this.#previous });
  }

  hasMore(): boolean {
    const session = this.#session();
    if (session === undefined) return false;
    return this.#presence !== undefined || nextEvent(session, this.place.number, this.#after) !== undefined;
  }

  #session(): Session | undefined {
    return this.place.host.sessions.get(this.place.session);
  }
}
