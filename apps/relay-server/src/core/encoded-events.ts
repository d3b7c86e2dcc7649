import type { LiveEvent } from "@countersign/relay";
import type { GroupCodec } from "./group-feed.ts";
import type { GroupHost } from "./group-host.ts";

/**
 * Events of a group in the words of each dialect, written once for all who hear them in the same turn of the event loop:
 * those who keep up.
 */
export class EncodedEvents {
  readonly #host: GroupHost;
  readonly #texts = new Map<GroupCodec, Map<number, string | undefined>>();

  constructor(host: GroupHost) {
    this.#host = host;
  }

  of(codec: GroupCodec, event: LiveEvent): string | undefined | Promise<string | undefined> {
    const texts = this.#texts.get(codec);
    if (texts?.has(event.seq)) return texts.get(event.seq);
    const { id } = this.#host;
    const position = "position" in event ? event.position : null;
    const payload = position === null ? undefined : this.#host.payload(position);
    if (payload instanceof Promise) return payload.then((read) => codec.encodeLive(id, event, read));
    const text = codec.encodeLive(id, event, payload);
    if (this.#texts.size === 0) setImmediate(() => this.#texts.clear());
    this.#texts.set(codec, (texts ?? new Map<number, string | undefined>()).set(event.seq, text));
    return text;
  }
}
