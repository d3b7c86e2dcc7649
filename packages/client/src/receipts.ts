import { Alarm } from "./alarm.ts";
import type { Clock } from "./ports.ts";
import type { RpcSocket } from "./rpc-socket.ts";

/**
 * The relay is told how far a member is after this many events, or some of each party, or this many ms after the first of
 * them: among many, a step alone is an event of each.
 */
const EVENTS = { least: 32, ofEach: 4 };
const DELAY_MS = 1_000;

export interface ReceiptsOptions {
  /** UUID of the session. */
  readonly session: string;
  readonly clock: Clock;
  /** Of the session. */
  readonly parties: number;
  /** The last event that a process before this one was done with, 0 for none. */
  readonly after: number;
  /** Ms of silence after which the relay is told again how far it is, so that the session does not expire there. */
  readonly keepAliveMs: number | undefined;
  /** Writes how far it is: what the relay may forget must not be asked for by another process. */
  save(seq: number): Promise<void>;
}

/** Tells the relay now and then which events need not be kept for this member any more. */
export class Receipts {
  private readonly options: ReceiptsOptions;
  private readonly alarm: Alarm;
  private readonly beat: Alarm;
  private socket: RpcSocket | undefined;
  private readonly most: number;
  private processed: number;
  private unacknowledged = 0;

  constructor(options: ReceiptsOptions) {
    this.options = options;
    this.processed = options.after;
    this.most = Math.max(EVENTS.least, EVENTS.ofEach * options.parties);
    this.alarm = new Alarm(options.clock, () => this.acknowledge());
    this.beat = new Alarm(options.clock, () => this.acknowledge());
  }

  /** seq of the last event that was processed, 0 for none. */
  get last(): number {
    return this.processed;
  }

  /** Takes note that the event `seq` and all before it were processed. */
  add(seq: number): void {
    this.processed = seq;
    this.unacknowledged += 1;
    if (this.unacknowledged >= this.most) this.acknowledge();
    else if (!this.alarm.isSet) this.alarm.setIn(DELAY_MS);
  }

  attach(socket: RpcSocket): void {
    this.socket = socket;
    if (this.unacknowledged > 0) this.alarm.setIn(DELAY_MS);
    this.keepAlive();
  }

  detach(): void {
    this.socket = undefined;
    this.alarm.clear();
    this.beat.clear();
  }

  private keepAlive(): void {
    const { keepAliveMs } = this.options;
    if (keepAliveMs !== undefined) this.beat.setIn(keepAliveMs);
  }

  private acknowledge(): void {
    this.alarm.clear();
    const { socket, processed: seq } = this;
    if (socket === undefined) return;
    this.keepAlive();
    this.unacknowledged = 0;
    const { session, save } = this.options;
    const acknowledge = () => {
      // A receipt that was lost or refused is mended by the next one.
      if (socket === this.socket) socket.request("Session.ack", { session, seq }, { result() {}, error() {} });
    };
    save(seq).then(acknowledge, () => undefined);
  }
}
