import {
  createHistory,
  type GroupHistory,
  type PeerGroupEntry,
  type PeerGroupOptions,
  recordEntry,
} from "@countersign/handshake";

/** What of a party outlives its processes. */
export class Disk {
  readonly history: GroupHistory = createHistory();
  checkpoint: Uint8Array | undefined;
  /** Whether a process has begun to use it. */
  isUsed = false;
  /** When the last write that was asked for is done: writes keep their order. */
  private busyUntil = 0;

  /** Ms from now until a write that is asked for now is done, if it takes so long by itself. */
  delay(nowMs: number, ms: number): number {
    this.busyUntil = Math.max(this.busyUntil, nowMs + ms);
    return this.busyUntil - nowMs;
  }

  /** What a process that is not the first one begins with: its own copy. */
  past({ trust, parameters }: PeerGroupOptions): Pick<PeerGroupOptions, "history" | "trust"> {
    const history = structuredClone(this.history);
    const met = history.peers.filter(({ identity }) => identity !== undefined).length;
    // Once all pairs were up, the code is not kept.
    const isOver = trust.type === "code" && met === parameters.parties - 1;
    return { history, trust: isOver ? { type: "code", prk: undefined } : trust };
  }

  write(entry: PeerGroupEntry): void {
    recordEntry(this.history, entry);
  }
}
