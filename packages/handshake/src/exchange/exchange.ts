import { equalBytes } from "@countersign/wire";
import type { Instant, Machine } from "../machine.ts";
import { isFarFuture, nextAt, type Order } from "./at.ts";
import type { CipherSet, Incoming, Run, RunResult } from "./cipher-set.ts";
import type { ExchangeInput, ExchangeOutput, Role } from "./exchange-types.ts";
import type { RunRecord } from "./run-record.ts";
import { Schedule } from "./schedule.ts";
import { type RunEvent, runTransitions } from "./transitions.ts";

/** How long an answer that is half open keeps its place against newer openings, in ms. */
const REST_BETWEEN_ANSWERS = 1_000;

export interface ExchangeOptions<Peer, Packet extends Incoming> {
  readonly cipherSet: CipherSet<Peer, Packet>;
  readonly order: Order;
  /** The highest `at` that counted before a restart; 0n for a pair that has never met. */
  readonly highest?: bigint;
}

/**
 * The exchange machine of one pair of endpoints (spec 0003, section 3; telehash v3 e3x): who is initiator follows from
 * `at`, flights are resent verbatim, and only a CONFIRMED exchange replaces another.
 */
export class Exchange<Peer, Packet extends Incoming> implements Machine<ExchangeInput, ExchangeOutput<Peer>> {
  private readonly cipherSet: CipherSet<Peer, Packet>;
  private readonly order: Order;
  private highest: bigint;
  private runs: RunRecord<Peer, Packet>[] = [];
  private nextId = 1;
  private wakeAt: number | undefined;
  private outputs: ExchangeOutput<Peer>[] = [];

  constructor({ cipherSet, order, highest = 0n }: ExchangeOptions<Peer, Packet>) {
    this.cipherSet = cipherSet;
    this.order = order;
    this.highest = highest;
  }

  /** Responder runs of which nobody has proven anything yet; a caller bounds their number over all its pairs. */
  get unproven(): number {
    return this.runs.filter(({ state }) => state === "answering").length;
  }

  step(input: ExchangeInput, now: Instant): readonly ExchangeOutput<Peer>[] {
    this.outputs = [];
    this.passTime(now);
    if (input.type === "call") this.call(now);
    else if (input.type === "packet") this.packet(input.body, now);
    else if (input.type === "heard") this.fireAll("heard", now, (run) => run.id === input.id);
    else if (input.type === "reconnected") this.fireAll("reconnected", now, () => true);
    else if (input.type === "end") this.fireAll("replaced", now, () => true);
    this.runs = this.runs.filter(({ state }) => state !== "gone");
    this.wake();
    return this.outputs;
  }

  private call(now: Instant): void {
    if (this.runs.some(({ role, state }) => role === "initiator" && state !== "live" && state !== "gone")) return;
    const at = nextAt(this.order, this.highest, now.unixSeconds);
    if (at === undefined) {
      this.outputs.push({ type: "exhausted" });
      return;
    }
    this.highest = at;
    this.outputs.push({ type: "persist-at", at });
    const { run, flight } = this.cipherSet.call(at);
    const record = this.add("initiator", at, run, now);
    this.send(record, flight, now);
  }

  private packet(body: Uint8Array, now: Instant): void {
    const read = this.cipherSet.read(body);
    if (!read.ok) return this.drop(read.code);
    const incoming = read.value;
    const sentByInitiator = incoming.sender === "initiator";
    if (((incoming.at & 1n) === this.order) === sentByInitiator) return this.drop("exchange.parity");
    const role: Role = sentByInitiator ? "responder" : "initiator";
    const record = this.runs.find((run) => run.role === role && run.at === incoming.at && run.state !== "gone");
    if (record === undefined) {
      if (incoming.opening) this.answer(incoming, now);
      else this.drop(incoming.at <= this.highest ? "exchange.old" : "exchange.unknown");
    } else if (record.answered !== undefined && equalBytes(record.answered, body)) {
      this.fire(record, "repeat", now);
    } else this.apply(record, incoming, record.run.consume(incoming), now);
  }

  /** An opening that no run is there for: rules of `at`, then the cipher set. */
  private answer(incoming: Packet, now: Instant): void {
    if (incoming.at <= this.highest) return this.drop("exchange.old");
    if (isFarFuture(incoming.at, this.highest, now.unixSeconds)) return this.drop("exchange.far-future");
    const halfOpen = this.runs.find(({ role, state }) => role === "responder" && state !== "live" && state !== "gone");
    if (halfOpen !== undefined) {
      if (incoming.at < halfOpen.at) return this.drop("exchange.old");
      // An unauthenticated opening must not push out an initiator that has proven the code, nor make us compute without
      // rest: each one costs a whole share. An honest one comes again by its resend.
      const rests = now.ms < halfOpen.startedAt + REST_BETWEEN_ANSWERS;
      if (halfOpen.state === "proven" || rests) return this.drop("exchange.busy");
    }
    const { run, result } = this.cipherSet.answer(incoming);
    if (run === undefined) return this.drop(result.code);
    if (halfOpen !== undefined) this.fire(halfOpen, "replaced", now);
    const record = this.add("responder", incoming.at, run, now);
    if (result.type === "reply") {
      record.answered = incoming.body;
      this.send(record, result.flight, now);
    } else this.apply(record, incoming, result, now);
  }

  private apply(record: RunRecord<Peer, Packet>, incoming: Packet, result: RunResult<Peer>, now: Instant): void {
    if (result.type === "bad" || result.type === "bad-guess" || result.type === "refused") {
      return this.fire(record, result.type, now, result);
    }
    const last = result.type === "complete" && result.flight.length === 0;
    const event = last ? "complete-last" : result.type;
    if (!runTransitions[record.state][event].actions.includes("drop")) {
      record.answered = incoming.body;
      record.answer = last ? "greeting" : "flight";
      if (!last) record.flight = result.flight;
    }
    this.fire(record, event, now, result);
  }

  /** Executes one cell of the table. */
  private fire(record: RunRecord<Peer, Packet>, event: RunEvent, now: Instant, result?: RunResult<Peer>): void {
    const { next, actions } = runTransitions[record.state][event];
    const before = record.state;
    record.state = next;
    for (const action of actions) {
      if (action === "drop") this.drop(result !== undefined && "code" in result ? result.code : "exchange.step");
      else if (action === "send-flight") this.sendReply(record, result, now);
      else if (action === "resend-flight") this.resend(record);
      else if (action === "resend-answer") this.resendAnswer(record);
      else if (action === "establish") this.establish(record, result);
      else if (action === "count-at") this.countAt(record);
      else if (action === "confirm") this.confirm(record, now);
      else if (action === "charge-once") this.chargeOnce(record);
      else if (action === "report-refusal" && result?.type === "refused") this.outputs.push(result);
      else if (action === "report-expiry") {
        this.outputs.push({ type: "expired", role: record.role, guessed: record.charged });
      } else if (action === "wipe") {
        record.run.wipe();
        if (before === "tentative") this.outputs.push({ type: "discard", id: record.id });
      }
    }
    if (next === "live" || next === "gone") record.schedule = undefined;
  }

  private fireAll(event: RunEvent, now: Instant, which: (record: RunRecord<Peer, Packet>) => boolean): void {
    for (const record of this.runs) if (which(record)) this.fire(record, event, now);
  }

  private sendReply(record: RunRecord<Peer, Packet>, result: RunResult<Peer> | undefined, now: Instant): void {
    if (result?.type === "reply" && result.guess) {
      record.charged = true;
      this.outputs.push({ type: "charge" });
    } else if (record.charged) {
      // Only the answer of a peer that has proven the code brings the run this far.
      record.charged = false;
      this.outputs.push({ type: "refund" });
    }
    this.send(record, record.flight, now);
  }

  private send(record: RunRecord<Peer, Packet>, flight: readonly Uint8Array[], now: Instant): void {
    record.flight = flight;
    record.schedule = new Schedule(now.ms, record.startedAt);
    this.resend(record);
  }

  private resend({ flight }: RunRecord<Peer, Packet>): void {
    for (const body of flight) this.outputs.push({ type: "send", body });
  }

  private resendAnswer(record: RunRecord<Peer, Packet>): void {
    if (record.answer === "greeting") this.outputs.push({ type: "repeat-greeting", id: record.id });
    else this.resend(record);
  }

  private establish(record: RunRecord<Peer, Packet>, result: RunResult<Peer> | undefined): void {
    if (result?.type !== "complete") return;
    const { keys, peer } = result;
    const tentative = record.state === "tentative";
    const greet = record.answer === "greeting";
    this.outputs.push({ type: "establish", id: record.id, keys, peer, tentative, greet });
  }

  private countAt({ at }: RunRecord<Peer, Packet>): void {
    if (at <= this.highest) return;
    this.highest = at;
    this.outputs.push({ type: "persist-at", at });
  }

  /** CONFIRMED: everything older makes way. */
  private confirm(record: RunRecord<Peer, Packet>, now: Instant): void {
    this.outputs.push({ type: "confirmed", id: record.id });
    this.fireAll("replaced", now, (other) => other !== record && other.at < record.at);
  }

  private chargeOnce(record: RunRecord<Peer, Packet>): void {
    if (record.counted) return;
    record.counted = true;
    this.outputs.push({ type: "bad-guess" });
  }

  private passTime(now: Instant): void {
    for (const record of this.runs) {
      const due = record.schedule?.take(now.ms);
      if (due !== undefined) this.fire(record, due === "expire" ? "expired" : "resend-due", now);
    }
  }

  private add(role: Role, at: bigint, run: Run<Peer, Packet>, now: Instant): RunRecord<Peer, Packet> {
    const record: RunRecord<Peer, Packet> = {
      id: this.nextId++,
      role,
      at,
      run,
      startedAt: now.ms,
      state: role === "initiator" ? "calling" : "answering",
      flight: [],
      schedule: undefined,
      answered: undefined,
      answer: "flight",
      charged: false,
      counted: false,
    };
    this.runs.push(record);
    return record;
  }

  private drop(code: string): void {
    this.outputs.push({ type: "drop", code });
  }

  private wake(): void {
    const due = this.runs.flatMap(({ schedule }) => (schedule === undefined ? [] : [schedule.due]));
    const at = due.length === 0 ? undefined : Math.min(...due);
    if (at !== this.wakeAt) this.outputs.push({ type: "wake", at });
    this.wakeAt = at;
  }
}
