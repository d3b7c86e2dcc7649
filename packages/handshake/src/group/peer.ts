import type { LinkedPeer } from "../cs43/suite.ts";
import type { PinnedPeer } from "../peer-group-types.ts";
import type { SasInput } from "../sas/group-sas-types.ts";
import type { Pair } from "./pair.ts";

type SasMessage = Extract<SasInput, { type: "message" }>;

/** What the session keeps of one other party, beside the pair's own machines. */
export class Peer {
  readonly pair: Pair;
  /** When the pair must be up, in monotonic ms. */
  readonly deadline: number;
  /** Label that the pin has, for a peer that does not introduce itself. */
  private readonly pinnedLabel: string | undefined;
  private proven: (PinnedPeer & { readonly label: string }) | undefined;
  wakeAt: number | undefined;
  closed = false;
  /** SAS messages that came before all of our own pairs were up; the channel delivers each kind once. */
  readonly earlySas: SasMessage[] = [];
  /** Application messages that came before `ready`: a peer may have all confirmations a moment before us. */
  readonly earlyMessages: { readonly round: number; readonly bytes: Uint8Array }[] = [];

  constructor(pair: Pair, pinnedLabel: string | undefined, deadline: number) {
    this.pair = pair;
    this.pinnedLabel = pinnedLabel;
    this.deadline = deadline;
  }

  /** Who the peer proved to be; undefined before the pair was up for the first time. */
  get identity(): PinnedPeer | undefined {
    return this.proven;
  }

  get number(): number {
    return this.pair.peer.number;
  }

  get earlyBytes(): number {
    return this.earlyMessages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  introduce({ noiseStatic, ed25519, linkPsk, label }: LinkedPeer): PinnedPeer {
    const name = label ?? this.proven?.label ?? this.pinnedLabel ?? "";
    // A re-link keeps the link_psk of the first contact (it is not ratcheted), so that this is the one to pin.
    this.proven = { number: this.number, label: name, noiseStatic, ed25519, linkPsk };
    return this.proven;
  }

  /** Lowest n first: the deadline only counts while the peer has not proven anything. */
  nextWake(): number | undefined {
    const deadline = this.proven === undefined && !this.closed ? this.deadline : undefined;
    if (this.wakeAt === undefined || deadline === undefined) return this.wakeAt ?? deadline;
    return Math.min(this.wakeAt, deadline);
  }
}
