import type { Instant } from "../machine.ts";
import type { Role } from "./at.ts";
import type { CipherSet, Incoming, Run } from "./cipher-set.ts";
import { Effects } from "./effects.ts";
import type { ExchangeOutput } from "./exchange-types.ts";
import type { HandshakeMessage } from "./message-group.ts";
import { type Cause, newRecord, type RunRecord } from "./run-record.ts";
import { Said } from "./said.ts";
import { type RunEvent, runTransitions } from "./transitions.ts";

const acceptedAs = { live: "accepted", finishing: "accepted-finishing", tentative: "accepted-tentative" } as const;

/** All runs of one pair of endpoints: drives them through their table. */
export class Runs<Peer, Packet extends Incoming, Introduced> {
  private records: RunRecord<Peer, Packet, Introduced>[] = [];
  private nextId = 1;
  private wakeAt: number | undefined;
  private readonly said = new Said<Peer, Introduced>();
  private readonly effects: Effects<Peer, Packet, Introduced>;

  constructor(cipherSet: CipherSet<Peer, Packet, Introduced>, highest: bigint) {
    this.effects = new Effects({
      cipherSet,
      highest,
      said: this.said,
      isCalling: () => this.calling !== undefined,
      replace: (by, now, which) => this.fireAll("replaced", now, (other) => other !== by && which(other)),
    });
  }

  /** The highest `at` that counts for this pair. */
  get highest(): bigint {
    return this.effects.highest;
  }

  /** The highest `at` that the peer may be CONFIRMED by: it hears no call with a lower one. */
  get answered(): bigint {
    return this.effects.written;
  }

  /** Whether an opening with this `at` is of a handshake that is over. */
  isOver(at: bigint): boolean {
    return at <= this.effects.highest || at === this.effects.closedAt;
  }

  /** Our own handshake that is under way. */
  get calling(): RunRecord<Peer, Packet, Introduced> | undefined {
    return this.find(({ role, state }) => role === "initiator" && state !== "live" && state !== "refused");
  }

  /** The peer's handshake that is under way. */
  get halfOpen(): RunRecord<Peer, Packet, Introduced> | undefined {
    return this.find(({ role, state }) => role === "responder" && state !== "live" && state !== "refused");
  }

  /** Runs of which nobody has proven anything yet. */
  get unproven(): number {
    return this.records.filter(({ state }) => state === "answering").length;
  }

  find(which: (run: RunRecord<Peer, Packet, Introduced>) => boolean): RunRecord<Peer, Packet, Introduced> | undefined {
    return this.records.find((record) => record.state !== "gone" && which(record));
  }

  /** Begins a handshake of ours. */
  call(at: bigint, run: Run<Peer, Packet, Introduced>, flight: readonly Uint8Array[], now: Instant): void {
    this.effects.flights.send(this.add("initiator", at, run, now), flight, now);
  }

  /** Begins our half of a handshake of the peer. */
  answer(run: Run<Peer, Packet, Introduced>, cause: Cause<Packet, Introduced>, now: Instant): void {
    const record = this.add("responder", cause.incoming.at, run, now);
    // A first reply proves nothing, so that it is no event of the table: the run stands where it begins.
    if (cause.result.type === "reply") this.effects.reply(record, cause, now);
    else this.fire(record, cause.result.type, now, cause);
  }

  /** The run has taken a packet. */
  consumed(record: RunRecord<Peer, Packet, Introduced>, cause: Cause<Packet, Introduced>, now: Instant): void {
    const { result } = cause;
    const refusal = result.type === "message" ? record.group.refuses(result.message) : undefined;
    if (refusal === undefined) this.fire(record, result.type, now, cause);
    else this.fire(record, "bad", now, { ...cause, result: { type: "bad", code: refusal } });
  }

  /** The application says yes to what was offered. */
  accept(record: RunRecord<Peer, Packet, Introduced>, messages: readonly HandshakeMessage[], now: Instant): void {
    const accepted = record.run.accept(messages);
    record.accepted = accepted;
    this.fire(record, acceptedAs[accepted.standing], now);
  }

  passTime(now: Instant): void {
    for (const record of this.records) {
      const due = record.schedule?.take(now.ms);
      if (due !== undefined) this.fire(record, due === "expire" ? "expired" : "resend-due", now);
    }
  }

  /** Ends everything. */
  end(now: Instant): void {
    this.fireAll("replaced", now, () => true);
    this.effects.end();
  }

  fireAll(event: RunEvent, now: Instant, which: (run: RunRecord<Peer, Packet, Introduced>) => boolean): void {
    for (const record of this.records) if (which(record)) this.fire(record, event, now);
  }

  /** Executes one cell of the table. */
  fire(
    record: RunRecord<Peer, Packet, Introduced>,
    event: RunEvent,
    now: Instant,
    cause?: Cause<Packet, Introduced>,
  ): void {
    const { next, actions } = runTransitions[record.state][event];
    record.state = next;
    for (const action of actions) this.effects.act(action, record, now, cause);
    if (next === "live" || next === "gone") record.schedule = undefined;
  }

  say(output: ExchangeOutput<Peer, Introduced>): void {
    this.said.say(output);
  }

  countAt(at: bigint): void {
    this.effects.countAt(at);
  }

  /** What was said in this step, and the wake if it has changed. */
  flush(): readonly ExchangeOutput<Peer, Introduced>[] {
    this.records = this.records.filter(({ state }) => state !== "gone");
    const due = this.records.flatMap(({ schedule }) => (schedule === undefined ? [] : [schedule.due]));
    const at = due.length === 0 ? undefined : Math.min(...due);
    if (at !== this.wakeAt) this.say({ type: "wake", at });
    this.wakeAt = at;
    return this.said.take();
  }

  private add(role: Role, at: bigint, run: Run<Peer, Packet, Introduced>, now: Instant) {
    const record = newRecord({ id: this.nextId++, role, at, run, startedAt: now.ms });
    this.records.push(record);
    return record;
  }
}
