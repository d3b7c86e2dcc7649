import type { HandshakeMessage as MessageOfAt } from "@countersign/wire";

/** One message of a handshake: its `type`, the other keys of its head, its body. All of one handshake share its `at`. */
export type HandshakeMessage = Omit<MessageOfAt, "at">;

/** Most types in one handshake; an authentic peer could otherwise fill our memory with names. */
export const MOST_TYPES = 16;

/** The messages of one `at`, one of each type, in the order in which they came (e3x: "grouped"). */
export class MessageGroup {
  private readonly byType = new Map<string, HandshakeMessage>();

  get messages(): readonly HandshakeMessage[] {
    return [...this.byType.values()];
  }

  /** Why this message is not taken: its type is there already, or there are too many. Undefined if it would be. */
  refuses({ type }: HandshakeMessage): "exchange.duplicate" | "exchange.too-many-types" | undefined {
    if (this.byType.has(type)) return "exchange.duplicate";
    return this.byType.size < MOST_TYPES ? undefined : "exchange.too-many-types";
  }

  add(message: HandshakeMessage): void {
    this.byType.set(message.type, message);
  }
}

/** What this end says in each of its handshakes: the messages that the application has provided, one of each type. */
export class OwnMessages {
  private byType: ReadonlyMap<string, HandshakeMessage>;

  constructor(messages: readonly HandshakeMessage[]) {
    this.byType = new Map(messages.map((message) => [message.type, message]));
  }

  get messages(): readonly HandshakeMessage[] {
    return [...this.byType.values()];
  }

  /** Takes the place of what was provided before of the same types. */
  provide(messages: readonly HandshakeMessage[]): void {
    this.byType = new Map([...this.byType, ...messages.map((message) => [message.type, message] as const)]);
  }
}
