import { hasDue, type LiveEvent, type Payload, readOutbox } from "@countersign/relay";
import type { EncodedEvents } from "./encoded-events.ts";
import type { GroupHost } from "./group-host.ts";
import type { Handed } from "./handed.ts";
import { type Outlet, Pump } from "./pump.ts";

/** How a dialect says what happens in a group. */
export interface GroupCodec {
  /** Undefined for what the dialect has no word for. The payload is what stands in the log where the event says so. */
  encodeLive(group: string, event: LiveEvent, payload: Payload | undefined): string | undefined;
}

/** What the feeds of one group share. */
export interface GroupLine {
  readonly host: GroupHost;
  readonly encoded: EncodedEvents;
  readonly handed: Handed;
  /** By the numbers of the connections. */
  readonly feeds: Map<number, GroupFeed>;
}

interface GroupFeedOptions {
  readonly connection: number;
  readonly codec: GroupCodec;
  readonly outlet: Outlet;
}

/** Events that are looked at in one go. */
const PORTION = 64;

/** Hands a connection the events of a group that it is due, at the pace of its socket. */
export class GroupFeed {
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
    this.#pump = new Pump(outlet, { advance: () => this.#advance(), hasMore: () => this.#hasMore() });
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

  async #advance(): Promise<void> {
    while (!this.#pump.isStopped && this.#outlet.hasRoom()) {
      const { live } = this.host;
      const connection = live?.connections.get(this.#connection);
      if (!live || !connection) return;
      const events = readOutbox(live, connection, { after: this.#after, max: PORTION });
      if (events.length === 0) return;
      for (const event of events) {
        if (!this.#outlet.hasRoom()) return;
        const reading = this.#line.encoded.of(this.#codec, event);
        const text = reading instanceof Promise ? await reading : reading;
        if (this.#pump.isStopped) return;
        this.#after = event.seq;
        if (text !== undefined) this.#outlet.deliver(text);
        this.#line.handed.note(this.#connection, event.seq, text?.length ?? 0);
      }
    }
  }

  #hasMore(): boolean {
    const connection = this.host.live?.connections.get(this.#connection);
    return connection !== undefined && hasDue(connection, this.#after);
  }
}
