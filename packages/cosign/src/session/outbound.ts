import type { Clock, Session } from "@countersign/client";
import type { JsonObject } from "@countersign/wire";
import { faults } from "./faults.ts";
import { limits } from "./limits.ts";
import { encodeBody } from "./message-body.ts";
import type { Meters } from "./meters.ts";
import { SentKeys } from "./sent-keys.ts";

/** What a caller wants to be sent. */
export interface Outgoing {
  readonly payload: JsonObject;
  /** Number of a party; 0: all others. */
  readonly to: number;
  /** Whoever calls again with the same key and payload sends nothing again. */
  readonly key: string | undefined;
}

export interface OutboundOptions {
  readonly session: Session;
  readonly clock: Clock;
  readonly meters: Meters;
}

/** Sends the messages of one session, numbered, and no more at a time than the others take. */
export class Outbound {
  private readonly options: OutboundOptions;
  private readonly keys = new SentKeys();
  private readonly unsent = { messages: 0, bytes: 0 };
  private messages = 0;

  constructor(options: OutboundOptions) {
    this.options = options;
  }

  /** Messages that were sent. */
  get count(): number {
    return this.messages;
  }

  /** Sends a message, unless it was sent; its number. Throws `MethodError`, and what the session throws. */
  send({ payload, to, key }: Outgoing): number {
    if (key !== undefined && (key === "" || key.length > limits.keys.length)) throw faults.key();
    const text = `${to} ${JSON.stringify(payload)}`;
    const known = key === undefined ? undefined : this.keys.find(key, text);
    if (known === "other") throw faults.keyReused();
    if (known !== undefined) return known;
    const bytes = encodeBody(key === undefined ? { payload } : { payload, key });
    if (bytes.length > limits.message) throw faults.payloadTooLong();
    this.post(bytes, to);
    this.messages += 1;
    this.options.meters.messages += 1;
    if (key !== undefined) this.keys.add(key, { text, seq: this.messages });
    return this.messages;
  }

  /** Settles when the others have everything, or after so many milliseconds. */
  delivered(ms: number): Promise<void> {
    const { clock, session } = this.options;
    return new Promise((resolve) => {
      const cancel = clock.wakeAt(clock.now().ms + ms, resolve);
      const settle = () => {
        cancel();
        resolve();
      };
      session.delivered().then(settle, settle);
    });
  }

  private post(bytes: Uint8Array, to: number): void {
    const { clock, meters, session } = this.options;
    const { unsent } = this;
    if (unsent.messages >= limits.unsent.messages || unsent.bytes + bytes.length > limits.unsent.bytes) {
      throw faults.backlog();
    }
    const at = clock.now().ms;
    session.send({ bytes, to });
    unsent.messages += 1;
    unsent.bytes += bytes.length;
    session.delivered().then(
      () => {
        unsent.messages -= 1;
        unsent.bytes -= bytes.length;
        meters.delivery.add(clock.now().ms - at);
      },
      // The session has ended; what was not delivered is not counted any more either.
      () => {},
    );
  }
}
