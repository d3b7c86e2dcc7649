import { limits } from "@countersign/wire";
import type { LinkedPeer } from "../cs43/suite.ts";
import type { PinnedPeer } from "../peer-group-types.ts";
import type { SasInput } from "../sas/group-sas-types.ts";
import type { Pair } from "./pair.ts";

/** What may wait for `ready`, in messages and bytes of one peer. */
const MOST_EARLY = { messages: 64, bytes: limits.message };

interface EarlyMessage {
  readonly round: number;
  readonly bytes: Uint8Array;
}

/** What the session keeps of one other party, beside the pair's own machines. */
export class Peer {
  readonly pair: Pair;
  /** When the pair must be up, in monotonic ms; counts only while the peer has not proven anything. */
  readonly deadline: number;
  /** SAS messages that came before all of our own pairs were up; the channel delivers each kind once. */
  readonly earlySas: Extract<SasInput, { type: "message" }>[] = [];
  /** Application messages that came before `ready`: a peer may have all confirmations a moment before us. */
  readonly early: EarlyMessage[] = [];
  wakeAt: number | undefined;
  closed = false;
  private readonly pinnedLabel: string | undefined;
  private proven: PinnedPeer | undefined;

  /** `pinnedLabel` is the name of a peer that does not introduce itself, because it is pinned. */
  constructor(pair: Pair, pinnedLabel: string | undefined, deadline: number) {
    this.pair = pair;
    this.pinnedLabel = pinnedLabel;
    this.deadline = deadline;
  }

  get number(): number {
    return this.pair.peer.number;
  }

  /** Who the peer proved to be; undefined before the pair was up for the first time. */
  get identity(): PinnedPeer | undefined {
    return this.proven;
  }

  /** Takes note of what an exchange has proven. A re-link keeps the name and the link_psk of the first contact. */
  introduce({ noiseStatic, ed25519, linkPsk, label }: LinkedPeer): PinnedPeer {
    const name = label ?? this.proven?.label ?? this.pinnedLabel ?? "";
    this.proven = { number: this.number, label: name, noiseStatic, ed25519, linkPsk };
    return this.proven;
  }

  /** Keeps a message until `ready`; false when that would be too much. */
  hold(message: EarlyMessage): boolean {
    const bytes = this.early.reduce((sum, held) => sum + held.bytes.length, message.bytes.length);
    if (this.early.length >= MOST_EARLY.messages || bytes > MOST_EARLY.bytes) return false;
    this.early.push(message);
    return true;
  }

  nextWake(): number | undefined {
    const deadline = this.proven === undefined && !this.closed ? this.deadline : undefined;
    if (this.wakeAt === undefined || deadline === undefined) return this.wakeAt ?? deadline;
    return Math.min(this.wakeAt, deadline);
  }
}
