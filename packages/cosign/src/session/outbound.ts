import type { Clock } from "@countersign/client";
import type { JsonObject } from "@countersign/wire";
import { faults } from "./faults.ts";
import { limits } from "./limits.ts";
import { encodeBody } from "./message-body.ts";
import type { Meters } from "./meters.ts";
import { type SentKey, SentKeys } from "./sent-keys.ts";
import type { Wire } from "./wire.ts";

/** What a caller wants to be sent. */
export interface Outgoing {
  readonly payload: JsonObject;
  /** Number of a party; 0: all others. */
  readonly to: number;
  /** Whoever calls again with the same key and payload sends nothing again. */
  readonly key: string | undefined;
}

/** What was sent so far. */
export interface Sent {
  readonly sent: number;
  readonly keys: readonly SentKey[];
}

export interface OutboundOptions extends Sent {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly meters: Meters;
  /** Resolves when it is durable how much was sent. */
  keep(): Promise<void>;
}

/** Sends the messages of one session, numbered, and no more at a time than the others take. */
export class Outbound {
  private readonly options: OutboundOptions;
  private readonly keys: SentKeys;
  private readonly unsent = { messages: 0, bytes: 0 };
  private messages: number;

  constructor(options: OutboundOptions) {
    this.options = options;
    this.messages = options.sent;
    this.keys = new SentKeys(options.keys);
  }

  /** What was sent so far. */
  get state(): Sent {
    return { sent: this.messages, keys: this.keys.last };
  }

  /**
   * Sends a message, unless it was sent; its number, when it is certain to arrive, whatever becomes of this process.
   * Throws `MethodError`, and what the session throws.
   */
  async send({ payload, to, key }: Outgoing): Promise<number> {
    if (key !== undefined && (key === "" || key.length > limits.keys.length)) throw faults.key();
    const text = `${to} ${JSON.stringify(payload)}`;
    const known = key === undefined ? undefined : this.keys.find(key, text);
    if (known === "other") throw faults.keyReused();
    const seq = known ?? this.post(encodeBody(key === undefined ? { payload } : { payload, key }), to);
    if (known === undefined && key !== undefined) this.keys.add(key, text, seq);
    await this.options.wire.kept();
    // Behind the message itself: what is noted as sent has to have been.
    await this.options.keep();
    return seq;
  }

  /** Settles when the others have everything, or after so many milliseconds. */
  delivered(ms: number): Promise<void> {
    const { clock, wire } = this.options;
    return new Promise((resolve) => {
      const cancel = clock.wakeAt(clock.now().ms + ms, resolve);
      const settle = () => {
        cancel();
        resolve();
      };
      wire.delivered().then(settle, settle);
    });
  }

  private post(bytes: Uint8Array, to: number): number {
    const { clock, meters, wire } = this.options;
    const { unsent } = this;
    if (bytes.length > limits.message) throw faults.payloadTooLong();
    if (unsent.messages >= limits.unsent.messages || unsent.bytes + bytes.length > limits.unsent.bytes) {
      throw faults.backlog();
    }
    const at = clock.now().ms;
    wire.send({ bytes, to });
    unsent.messages += 1;
    unsent.bytes += bytes.length;
    wire.delivered().then(
      () => {
        unsent.messages -= 1;
        unsent.bytes -= bytes.length;
        meters.delivery.add(clock.now().ms - at);
      },
      // The session has ended; what was not delivered is not counted any more either.
      () => {},
    );
    this.messages += 1;
    meters.messages += 1;
    return this.messages;
  }
}
