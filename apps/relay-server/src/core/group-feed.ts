import { type LiveEvent, nextDue, type Payload } from "@countersign/relay";
import type { GroupHost } from "./group-host.ts";
import type { Handed } from "./handed.ts";
import { type Outlet, Pump, type Source } from "./pump.ts";
import { type SharedText, type SharedTexts, Tail } from "./shared-texts.ts";

/** How a dialect says what happens in a group. */
export interface GroupCodec {
  /** Undefined for what the dialect has no word for. The payload is what stands in the log where the event says so. */
  encodeLive(group: string, event: LiveEvent, payload: Payload | undefined): string | undefined;
}

/** What the feeds of one group share. */
export interface GroupLine {
  readonly host: GroupHost;
  readonly shared: SharedTexts;
  readonly handed: Handed;
  /** By the numbers of the connections. */
  readonly feeds: Map<number, GroupFeed>;
}

interface GroupFeedOptions {
  readonly connection: number;
  readonly codec: GroupCodec;
  readonly outlet: Outlet;
}

/** Undefined where there is nothing to say. */
type Text = SharedText | undefined;

/** Hands a connection the events of a group that it is due, at the pace of its socket. */
export class GroupFeed implements Source {
  readonly #line: GroupLine;
  readonly #connection: number;
  readonly #codec: GroupCodec;
  readonly #outlet: Outlet;
  readonly #pump: Pump;
  /** The last event that was sent. */
  #after = 0;

  constructor(line: GroupLine, { connection, codec, outlet }: GroupFeedOptions) {
    this.#line = line;
    this.#connection = connection;
    this.#codec = codec;
    this.#outlet = outlet;
    this.#pump = new Pump(outlet, this);
  }

  get host(): GroupHost {
    return this.#line.host;
  }

  stop(): void {
    this.#pump.stop();
  }

  /** There may be something new, or room for it. */
  wake(): void {
    this.#pump.wake();
  }

  advance(): Promise<void> | undefined {
    while (!this.#pump.isStopped && this.#outlet.hasRoom()) {
      const event = this.#next();
      if (event === undefined) return undefined;
      const text = this.#textOf(event);
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

  #pass(event: LiveEvent, text: Text): void {
    this.#after = event.seq;
    if (text !== undefined) this.#outlet.deliver(text);
    this.#line.handed.note(this.#connection, event.seq, text?.tail.length ?? 0);
  }

  #textOf(event: LiveEvent): Text | Promise<Text> {
    const shared = this.#line.shared.find(this.#codec, event.seq, ANY);
    if (shared !== undefined) return shared;
    const position = "position" in event ? event.position : null;
    const payload = position === null ? undefined : this.host.payload(position);
    if (payload instanceof Promise) return payload.then((read) => this.#encode(event, read));
    return this.#encode(event, payload);
  }

  #encode(event: LiveEvent, payload: Payload | undefined): Text {
    const text = this.#codec.encodeLive(this.host.id, event, payload);
    if (text === undefined) return undefined;
    return this.#line.shared.keep("", new Tail([text]), { codec: this.#codec, seq: event.seq, previous: ANY });
  }

  hasMore(): boolean {
    return this.#next() !== undefined;
  }

  #next(): LiveEvent | undefined {
    const { live } = this.host;
    const connection = live?.connections.get(this.#connection);
    return live && connection ? nextDue(live, connection, this.#after) : undefined;
  }
}

/** Connections are not told which event they were sent before. */
const ANY = 0;
