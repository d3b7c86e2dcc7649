import { equalBytes, UsageError } from "@countersign/wire";
import type { Role } from "../exchange/at.ts";
import type { Accepted, ExchangeKeys, Run, RunResult } from "../exchange/cipher-set.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import type { Incoming3a, Peer3a } from "./incoming3a.ts";
import type { VerifiedMessage3a } from "./message.ts";

/** What all handshakes between two ends have in common. */
export interface Pair3a {
  readonly peer: Peer3a;
  /** Our messages with this `at`, under the ephemeral key of our end. */
  seal(at: bigint, messages: readonly HandshakeMessage[]): readonly Uint8Array[];
  /** The keys of the exchange with who made this message. */
  keysWith(message: VerifiedMessage3a): ExchangeKeys;
}

/** One handshake of cipher set 3a at one end: messages with one `at`, and of the peer all under one ephemeral key. */
export class Run3a implements Run<Peer3a, Incoming3a> {
  private readonly pair: Pair3a;
  private readonly role: Role;
  private readonly at: bigint;
  private first: VerifiedMessage3a | undefined;

  constructor(pair: Pair3a, role: Role, at: bigint) {
    this.pair = pair;
    this.role = role;
    this.at = at;
  }

  consume({ message, verified }: Incoming3a): RunResult<Peer3a> {
    if (this.first !== undefined && !equalBytes(this.first.ephemeral, verified.ephemeral)) {
      return { type: "bad", code: "exchange.exch" };
    }
    this.first ??= verified;
    return { type: "message", message, peer: this.pair.peer };
  }

  accept(messages: readonly HandshakeMessage[]): Accepted<Peer3a> {
    const { pair, role, at, first } = this;
    if (first === undefined) throw new UsageError("usage.nothing-offered", "there is no message to accept");
    const flight = role === "responder" ? pair.seal(at, messages) : [];
    return { flight, keys: pair.keysWith(first), peer: pair.peer, standing: "live", greet: false };
  }

  wipe(): void {
    this.first = undefined;
  }
}
