import {
  type Decoded,
  decodeHandshakeMessage,
  encodeHandshakeMessage,
  limits,
  refused,
  UsageError,
} from "@countersign/wire";
import { LAST_AT } from "../exchange/at.ts";
import { type HandshakeMessage, MessageGroup, MOST_TYPES, OwnMessages } from "../exchange/message-group.ts";

/** The types that handshake packets carry themselves, and no frame does. */
const IN_PACKETS: ReadonlySet<string> = new Set(["link", "uri"]);

/** What became of the content of an HS frame. */
export type Followed =
  /** All messages of the peer for the handshake with this `at` so far. */
  | { readonly type: "handshake-messages"; readonly at: bigint; readonly messages: readonly HandshakeMessage[] }
  | { readonly type: "drop"; readonly code: string }
  | { readonly type: "fault"; readonly code: string; readonly detail: string };

/** Throws `UsageError` for messages that cannot follow a handshake: `link`, `uri`, too long, or of too many types. */
export function checkFollowing(messages: readonly HandshakeMessage[]): void {
  for (const message of messages) {
    if (IN_PACKETS.has(message.type))
      throw new UsageError("usage.reserved-type", "handshakes have their own link and uri");
    if (encode(message, LAST_AT).length > limits.frameData) {
      throw new UsageError("usage.too-long", `a handshake message above ${limits.frameData} bytes`);
    }
  }
}

/**
 * Messages of a pair's handshakes that are too long for their packets, or not for eyes that have proven nothing yet: they
 * follow as HS frames under the keys, with the `at` of their handshake (spec 0003, section 6.5).
 */
export class FollowingMessages {
  private readonly own = new OwnMessages([]);
  /** Of the handshake that is CONFIRMED. */
  private at: bigint | undefined;
  private readonly said = new Set<string>();
  /** Whether something waits for another handshake. */
  waiting = false;
  private theirs = new MessageGroup();

  /**
   * Takes what this end says from now on, and returns the contents of frames that say it: all types are new, so that the
   * handshake that there is can have them, or it is not CONFIRMED yet and they follow it. Undefined where a type was said
   * already: one type of one `at` is said once, so that another handshake has to come first.
   */
  provide(messages: readonly HandshakeMessage[]): readonly Uint8Array[] | undefined {
    const types = new Set(messages.map(({ type }) => type));
    const others = this.own.messages.filter(({ type }) => !types.has(type));
    if (others.length + types.size > MOST_TYPES) {
      throw new UsageError("usage.too-many-types", `more than ${MOST_TYPES} types`);
    }
    this.own.provide(messages);
    this.waiting ||= messages.some(({ type }) => this.said.has(type));
    if (this.waiting) return undefined;
    return this.say(this.own.messages.filter(({ type }) => types.has(type)));
  }

  /** A handshake is CONFIRMED: returns the contents of frames that say everything again. */
  confirmed(at: bigint): readonly Uint8Array[] {
    this.at = at;
    this.waiting = false;
    this.said.clear();
    this.theirs = new MessageGroup();
    return this.say(this.own.messages);
  }

  /** Takes the content of an HS frame. */
  receive(content: Uint8Array): Followed {
    const decoded = this.decode(content);
    if (!decoded.ok) return { type: "fault", code: decoded.code, detail: decoded.detail };
    const { at, ...message } = decoded.value;
    // Under the keys of before, and late: the newer handshake has its own.
    if (at !== this.at) return { type: "drop", code: "exchange.old" };
    const refusal = this.theirs.refuses(message);
    if (refusal !== undefined) return { type: "drop", code: refusal };
    this.theirs.add(message);
    return { type: "handshake-messages", at, messages: this.theirs.messages };
  }

  private decode(content: Uint8Array): Decoded<HandshakeMessage & { readonly at: bigint }> {
    const decoded = decodeHandshakeMessage(content);
    if (!decoded.ok) return decoded;
    const { type, at } = decoded.value;
    if (IN_PACKETS.has(type)) return refused("wire.unknown-kind", "a message of a type that only packets carry");
    if (at > (this.at ?? 0n)) return refused("wire.out-of-range", "a message of a handshake that there was not yet");
    return decoded;
  }

  private say(messages: readonly HandshakeMessage[]): readonly Uint8Array[] {
    const { at } = this;
    if (at === undefined) return [];
    for (const { type } of messages) this.said.add(type);
    return messages.map((message) => encode(message, at));
  }
}

function encode(message: HandshakeMessage, at: bigint): Uint8Array {
  return encodeHandshakeMessage({ ...message, at });
}
