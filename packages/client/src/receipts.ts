import { Alarm } from "./alarm.ts";
import type { Clock } from "./ports.ts";
import type { RpcSocket } from "./rpc-socket.ts";

/** The relay is told how far a member is after this many events, or this many ms after the first of them. */
const EVENTS = 32;
const DELAY_MS = 1_000;

/** Tells the relay now and then which events need not be kept for this member any more. */
export class Receipts {
  private readonly session: string;
  private readonly alarm: Alarm;
  private socket: RpcSocket | undefined;
  private processed = 0;
  private unacknowledged = 0;

  constructor(session: string, clock: Clock) {
    this.session = session;
    this.alarm = new Alarm(clock, () => this.acknowledge());
  }

  /** seq of the last event that was processed, 0 for none. */
  get last(): number {
    return this.processed;
  }

  /** Takes note that the event `seq` and all before it were processed. */
  add(seq: number): void {
    this.processed = seq;
    this.unacknowledged += 1;
    if (this.unacknowledged >= EVENTS) this.acknowledge();
    else if (!this.alarm.isSet) this.alarm.setIn(DELAY_MS);
  }

  attach(socket: RpcSocket): void {
    this.socket = socket;
    if (this.unacknowledged > 0) this.alarm.setIn(DELAY_MS);
  }

  detach(): void {
    this.socket = undefined;
    this.alarm.clear();
  }

  private acknowledge(): void {
    this.alarm.clear();
    if (this.socket === undefined) return;
    this.unacknowledged = 0;
    const params = { session: this.session, seq: this.processed };
    // A receipt that was lost or refused is mended by the next one.
    this.socket.request("Session.ack", params, { result() {}, error() {} });
  }
}
