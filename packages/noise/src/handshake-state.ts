import { concat, copy, wipe, ZEROLEN } from "./bytes.ts";
import { NoiseUsageError } from "./errors.ts";
import { type CheckedOptions, isSentBy } from "./handshake-options.ts";
import type { MessagePattern } from "./handshake-pattern.ts";
import {
  fork,
  type HandshakeVariables,
  initialize,
  mixEphemeral,
  mixToken,
  overhead,
  present,
} from "./handshake-variables.ts";
import { MAX_MESSAGE_LENGTH, TAGLEN } from "./limits.ts";
import { failure, type ReadResult } from "./results.ts";
import { isSmallOrder } from "./small-order.ts";
import { type Split, type SplitKeys, toCipherStates } from "./split.ts";

/** Section 5.3: one party of one handshake. Made by `createHandshake`. */
export class HandshakeState {
  readonly #options: CheckedOptions;
  readonly #messagePatterns: readonly MessagePattern[];
  #variables: HandshakeVariables;
  /** How many messages are done: an index into the message patterns. */
  #position = 0;
  #ended: "usage.already-split" | "usage.destroyed" | undefined;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#messagePatterns = options.protocol.pattern.messages;
    this.#variables = initialize(options);
  }

  /** Whether this party sends the first message. */
  get initiator(): boolean {
    return this.#options.initiator;
  }

  /** Whether all handshake messages are done, so that it is time to split. */
  get complete(): boolean {
    return this.#position === this.#messagePatterns.length;
  }

  /** What this party does next: write or read a handshake message, or split when all are done. */
  get turn(): "write" | "read" | "split" {
    if (this.complete) return "split";
    return isSentBy(this.initiator, this.#position) ? "write" : "read";
  }

  /** `rs`, the peer's static public key (32 bytes) once it is known; what it proves is said in section 7.7. */
  get rs(): Uint8Array | undefined {
    const { rs } = this.#variables;
    return rs && copy(rs);
  }

  /**
   * GetHandshakeHash(): HASHLEN bytes, public, which name this handshake and no other: for channel binding (section
   * 11.2). Throws NoiseUsageError `usage.not-complete` before the last message.
   */
  get handshakeHash(): Uint8Array {
    this.#assertComplete();
    return this.#variables.symmetricState.getHandshakeHash();
  }

  /**
   * WriteMessage(payload): the next handshake message. How well its payload is protected depends on the pattern and on
   * the message (section 7.7); in some there is no encryption yet. Throws NoiseUsageError `usage.out-of-turn`,
   * `usage.too-long` (65535 bytes in all), `usage.bad-key`, `usage.already-split`, `usage.destroyed`; the state is then as
   * it was.
   */
  writeMessage(payload: Uint8Array = ZEROLEN): Uint8Array {
    const pattern = this.#nextPattern("write");
    if (overhead(pattern, this.#variables, this.#options) + payload.length > MAX_MESSAGE_LENGTH) {
      throw new NoiseUsageError("usage.too-long", `a Noise message has at most ${MAX_MESSAGE_LENGTH} bytes`);
    }
    const variables = fork(this.#variables);
    const { symmetricState } = variables;
    const message: Uint8Array[] = [];
    for (const token of pattern) {
      if (token === "e") {
        variables.e ??= this.#options.backend.dh.generateKeyPair(this.#options.randomBytes);
        message.push(variables.e.publicKey);
        mixEphemeral(symmetricState, variables.e.publicKey, this.#options);
      } else if (token === "s") {
        message.push(symmetricState.encryptAndHash(present(this.#options.s).publicKey));
      } else if (!mixToken(token, variables, this.#options)) {
        throw new NoiseUsageError("usage.bad-key", "the backend refused a public key");
      }
    }
    message.push(symmetricState.encryptAndHash(payload));
    this.#commit(variables);
    return concat(...message);
  }

  /**
   * ReadMessage(message): the payload, or a code that says why the message was refused. Throws NoiseUsageError
   * `usage.out-of-turn`, `usage.already-split`, `usage.destroyed`, and nothing because of the bytes.
   *
   * Deviation: the standard deletes the HandshakeState when DECRYPT() or DH() fails. Here it is exactly as it was, and
   * the next message may still be the right one: whoever can inject a message cannot end the handshake by it. The
   * ephemeral key then meets more than one `re`; no output of a failed message is ever encrypted with.
   */
  readMessage(message: Uint8Array): ReadResult {
    const pattern = this.#nextPattern("read");
    const variables = fork(this.#variables);
    const result = this.#read(message, pattern, variables);
    if (result.ok) this.#commit(variables);
    else variables.symmetricState.destroy();
    return result;
  }

  #read(message: Uint8Array, pattern: MessagePattern, variables: HandshakeVariables): ReadResult {
    if (message.length > MAX_MESSAGE_LENGTH) return failure("noise.too-long");
    if (message.length < overhead(pattern, variables, this.#options)) return failure("noise.truncated");
    const { symmetricState } = variables;
    const { DHLEN } = this.#options.backend.dh;
    let offset = 0;
    const take = (length: number) => {
      offset += length;
      return message.subarray(offset - length, offset);
    };
    for (const token of pattern) {
      if (token === "e") {
        variables.re = copy(take(DHLEN));
        if (isSmallOrder(variables.re)) return failure("noise.bad-key");
        mixEphemeral(symmetricState, variables.re, this.#options);
      } else if (token === "s") {
        const temp = symmetricState.decryptAndHash(take(symmetricState.hasKey() ? DHLEN + TAGLEN : DHLEN));
        if (!temp.ok) return temp;
        if (isSmallOrder(temp.plaintext)) return failure("noise.bad-key");
        variables.rs = temp.plaintext;
      } else if (!mixToken(token, variables, this.#options)) {
        return failure("noise.bad-key");
      }
    }
    const payload = symmetricState.decryptAndHash(message.subarray(offset));
    return payload.ok ? { ok: true, payload: payload.plaintext } : payload;
  }

  /**
   * Split(): the two CipherStates and the exporter. Once only, here or by `splitKeys`: it wipes the chaining key, the
   * PSKs and a drawn ephemeral key. Throws NoiseUsageError `usage.not-complete`, `usage.already-split`,
   * `usage.destroyed`.
   */
  split(): Split {
    const { backend, protocol } = this.#options;
    return toCipherStates(this.splitKeys(), backend.cipher(protocol.cipher));
  }

  /** Split() for those who number their messages themselves and use `CipherKey`; everything else is as in `split`. */
  splitKeys(): SplitKeys {
    this.#assertOpen();
    this.#assertComplete();
    const keys = this.#variables.symmetricState.split();
    this.#end("usage.already-split");
    if (this.#messagePatterns.length > 1) return keys;
    wipe(keys.k2);
    return { ...keys, k2: new Uint8Array(0) };
  }

  /** Ends the handshake and overwrites its secrets, as far as a program in this language can. */
  destroy(): void {
    this.#end("usage.destroyed");
  }

  #nextPattern(turn: "write" | "read"): MessagePattern {
    this.#assertOpen();
    if (this.turn !== turn) throw new NoiseUsageError("usage.out-of-turn", `the next step is to ${this.turn}`);
    return present(this.#messagePatterns[this.#position]);
  }

  #commit(variables: HandshakeVariables): void {
    this.#variables.symmetricState.destroy();
    this.#variables = variables;
    this.#position += 1;
  }

  #end(reason: "usage.already-split" | "usage.destroyed"): void {
    const { symmetricState, e } = this.#variables;
    symmetricState.destroy();
    wipe(...this.#options.psks);
    if (e !== undefined && this.#options.e === undefined) this.#options.backend.dh.destroyKeyPair(e);
    this.#variables.e = undefined;
    this.#ended = reason;
  }

  #assertOpen(): void {
    if (this.#ended !== undefined) throw new NoiseUsageError(this.#ended, "the handshake has ended");
  }

  #assertComplete(): void {
    if (!this.complete) throw new NoiseUsageError("usage.not-complete", "there are handshake messages left");
  }
}
