import { FrameKind, limits } from "@countersign/wire";
import type { LinkedPeer } from "../cs43/suite.ts";
import type { PinnedPeer } from "../peer-group-types.ts";
import type { SasInput, SasKind } from "../sas/group-sas-types.ts";
import type { PeerHistory } from "./history.ts";
import type { Pair } from "./pair.ts";
import type { PairOutput } from "./pair-types.ts";

/** What may wait of one peer: messages and their bytes for `ready`, SAS messages for the SAS. */
const MOST_EARLY = { messages: 64, bytes: limits.message, sas: 3 };

export interface EarlyMessage {
  readonly seq: number;
  readonly round: number;
  readonly bytes: Uint8Array;
}

/** What the session keeps of one other party, beside the pair's own machines. */
export class Peer {
  readonly pair: Pair;
  /** When the pair must be up, in monotonic ms; counts only while the peer has not proven anything. */
  readonly deadline: number;
  /** SAS messages that came before all of our own pairs were up. */
  readonly earlySas: Extract<SasInput, { type: "message" }>[] = [];
  /** Application messages that came before `ready`: a peer may have all confirmations a moment before us. */
  readonly early: EarlyMessage[] = [];
  /** Whether the pair has keys of a group link, under which the peer may not have been heard. */
  isKeyed = false;
  /** Not called before, in monotonic ms, because a group link may do without. */
  heldUntil = Number.NEGATIVE_INFINITY;
  /** Whether an exchange was begun from here, and whether a guess is charged for it. */
  called = false;
  charged = false;
  /** What has followed the peer's handshake before `ready`. */
  earlyHandshake: (PairOutput & { type: "handshake-messages" }) | undefined;
  closed = false;
  /** Who it has to be; none by a code. Its label is that of a peer that does not introduce itself. */
  readonly pinned: PinnedPeer | undefined;
  private proven: PinnedPeer | undefined;

  constructor(pair: Pair, pinned: PinnedPeer | undefined, deadline: number) {
    this.pair = pair;
    this.pinned = pinned;
    this.deadline = deadline;
  }

  /** Takes over what a process before this one knew. */
  restore({ identity, sas, closed }: PeerHistory): void {
    this.proven = identity;
    this.closed = closed !== undefined;
    for (const { kind, content } of sas)
      if (isSas(kind)) this.earlySas.push({ type: "message", from: this.number, kind, content });
  }

  get number(): number {
    return this.pair.peer.number;
  }

  /** Who the peer proved to be; undefined before the pair was up for the first time. */
  get identity(): PinnedPeer | undefined {
    return this.proven;
  }

  /** Takes note of who the peer has proven to be. That is said once: a re-link proves the same keys again. */
  introduce({ noiseStatic, ed25519, linkPsk, label = this.pinned?.label ?? "" }: LinkedPeer): PinnedPeer {
    this.proven ??= { number: this.number, label, noiseStatic, ed25519, linkPsk };
    return this.proven;
  }

  /** Keeps a SAS message until there is a SAS; false for more than one of each kind, which nobody has to say. */
  holdSas(message: Extract<SasInput, { type: "message" }>): boolean {
    return this.earlySas.length < MOST_EARLY.sas && this.earlySas.push(message) > 0;
  }

  /** Keeps a message until `ready`; false when that would be too much. */
  hold(message: EarlyMessage): boolean {
    const bytes = this.early.reduce((sum, held) => sum + held.bytes.length, message.bytes.length);
    if (this.early.length >= MOST_EARLY.messages || bytes > MOST_EARLY.bytes) return false;
    this.early.push(message);
    return true;
  }

  nextWake(): number | undefined {
    const { wakeAt } = this.pair;
    if (this.proven !== undefined || this.closed) return wakeAt;
    const held = this.called || this.heldUntil < 0 ? Infinity : this.heldUntil;
    return Math.min(this.deadline, held, wakeAt ?? Infinity);
  }
}

/** Whether a message belongs to the group SAS. */
export function isSas(kind: number): kind is SasKind {
  return kind === FrameKind.SAS_COMMIT || kind === FrameKind.SAS_REVEAL || kind === FrameKind.SAS_OK;
}
