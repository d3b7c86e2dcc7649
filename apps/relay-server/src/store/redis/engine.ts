import { StoreError } from "../../failure.ts";

/** A command and its arguments, as they are sent. */
export type Command = readonly string[];

/** What an engine has answered; an `EngineRefusal` where it has carried a command out by no means. */
export type Reply = unknown;

/** Commands that speak of keys, for one engine or for several that divide the keys among them. */
export interface Engine {
  /** Whether one who has all keys answers, so that one script may work on several logs. */
  readonly isOne: boolean;
  /** Whether commands can be sent now. */
  readonly isReady: boolean;
  /** Calls the listener whenever that changes. */
  onChange(listener: (isReady: boolean) => void): void;
  /** Resolves when commands can be sent. Rejects with `StoreError` once the engine is closed. */
  whenReady(): Promise<void>;
  /**
   * Sends commands one behind the other to who has the key, and answers what came back to each. Rejects with
   * `EngineLostError` if the connection is lost before the last answer: then nobody knows which were carried out.
   */
  send(key: string, commands: readonly Command[]): Promise<readonly Reply[]>;
  /** Sends one command to each who has keys. */
  sendToAll(command: Command): Promise<readonly Reply[]>;
  /** The keys that match a pattern. */
  keys(pattern: string): AsyncIterable<string>;
  /** Calls `hear` for what is published on a channel, from when it resolves on until `unsubscribe`. */
  subscribe(channel: string, hear: (message: string) => void): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Calls the listener when something may have been published that nobody has heard here. */
  onMissed(listener: () => void): void;
  close(): Promise<void>;
}

/** The engine has said no: what it was asked for was not carried out. */
export class EngineRefusal extends StoreError {
  /** The first word of what it said, as OOM or NOSCRIPT. */
  readonly code: string;

  constructor(message: string) {
    super(`the engine refuses: ${message}`);
    this.code = message.split(" ")[0] ?? "";
  }
}

/** The connection to the engine was lost, and what was asked for may or may not have been carried out. */
export class EngineLostError extends StoreError {}

/** The reply, unless it is a refusal: that is thrown. */
export function accepted(reply: Reply): Exclude<Reply, EngineRefusal> {
  if (reply instanceof EngineRefusal) throw reply;
  return reply;
}
