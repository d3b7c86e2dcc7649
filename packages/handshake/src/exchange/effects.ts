import type { Instant } from "../machine.ts";
import type { CipherSet, Incoming, RunResult } from "./cipher-set.ts";
import type { ExchangeOutput } from "./exchange-types.ts";
import { LiveExchange } from "./live-exchange.ts";
import type { RunRecord } from "./run-record.ts";
import { Schedule } from "./schedule.ts";
import type { RunAction } from "./transitions.ts";

/** The packet that made an event happen, and what the run made of it. */
export interface Cause<Packet, Introduced> {
  readonly incoming: Packet;
  readonly result: RunResult<Introduced>;
}

interface EffectsOptions<Peer, Packet extends Incoming, Introduced> {
  readonly cipherSet: Pick<CipherSet<Peer, Packet, Introduced>, "lasting" | "renew">;
  readonly highest: bigint;
  /** Replaces all runs with a lower `at` than this one's. */
  readonly makeWay: (record: RunRecord<Peer, Packet, Introduced>, now: Instant) => void;
}

/** What the actions of the table mean: what is said, and the state that runs have in common. */
export class Effects<Peer, Packet extends Incoming, Introduced> {
  highest: bigint;
  private readonly cipherSet: EffectsOptions<Peer, Packet, Introduced>["cipherSet"];
  private readonly makeWay: EffectsOptions<Peer, Packet, Introduced>["makeWay"];
  private live: LiveExchange | undefined;
  private outputs: ExchangeOutput<Peer, Introduced>[] = [];

  constructor({ cipherSet, highest, makeWay }: EffectsOptions<Peer, Packet, Introduced>) {
    this.cipherSet = cipherSet;
    this.highest = highest;
    this.makeWay = makeWay;
  }

  say(output: ExchangeOutput<Peer, Introduced>): void {
    this.outputs.push(output);
  }

  /** What was said since the last time. */
  take(): readonly ExchangeOutput<Peer, Introduced>[] {
    const { outputs } = this;
    this.outputs = [];
    return outputs;
  }

  act(
    action: RunAction,
    record: RunRecord<Peer, Packet, Introduced>,
    now: Instant,
    cause: Cause<Packet, Introduced> | undefined,
  ): void {
    switch (action) {
      case "send-flight":
        return cause === undefined ? this.sendAccepted(record, now) : this.reply(record, cause, now);
      case "resend-flight":
        return this.resend(record);
      case "resend-answer":
        return record.answer === "flight" ? this.resend(record) : this.repeatGreeting(record);
      case "refund":
        return this.refund(record);
      case "clear-older":
        return this.clearOlder(record, cause, now);
      case "offer":
        return this.offer(record, cause);
      case "await-decision":
        record.schedule ??= Schedule.ofWait(now.ms);
        return;
      case "establish":
        return this.establish(record);
      case "count-at":
        return this.countAt(record.at);
      case "confirm":
        return this.confirm(record, now);
      case "charge-once":
        return this.chargeOnce(record);
      case "discard":
        return this.discard(record.exchange);
      case "remember":
        record.flight = [];
        record.schedule = Schedule.ofWait(now.ms);
        return;
      case "give-up":
        return this.giveUp(record, now);
      case "report-fault":
        return cause?.result.type === "fault" ? this.say(cause.result) : undefined;
      case "report-expiry":
        return this.say({ type: "expired", role: record.role, guessed: record.charged && record.taken === undefined });
      case "drop": {
        const { result } = cause ?? {};
        return this.say({
          type: "drop",
          code: result !== undefined && "code" in result ? result.code : "exchange.step",
        });
      }
      case "wipe":
        record.accepted = undefined;
        return record.run.wipe();
      default:
        return action satisfies never;
    }
  }

  /** A flight leaves for the first time. */
  sendFlight(record: RunRecord<Peer, Packet, Introduced>, flight: readonly Uint8Array[], now: Instant): void {
    record.flight = flight;
    record.schedule = Schedule.ofFlight(now.ms, record.startedAt);
    this.resend(record);
  }

  /** A packet is answered at once. */
  reply(
    record: RunRecord<Peer, Packet, Introduced>,
    { incoming, result }: Cause<Packet, Introduced>,
    now: Instant,
  ): void {
    if (result.type !== "reply") return;
    if (result.message !== undefined) record.group.add(result.message);
    record.answered = incoming.body;
    record.answer = "flight";
    if (result.guess) {
      record.charged = true;
      this.say({ type: "charge" });
    }
    this.sendFlight(record, result.flight, now);
  }

  countAt(at: bigint): void {
    if (at <= this.highest) return;
    this.highest = at;
    this.say({ type: "persist-at", at });
  }

  /** Forgets the exchange that is live, if any. */
  end(): void {
    const { live } = this;
    if (this.cipherSet.lasting && live !== undefined) this.say({ type: "discard", id: live.id });
    this.live = undefined;
    this.cipherSet.renew();
  }

  private sendAccepted(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    const { flight = [], greet = false } = record.accepted ?? {};
    if (greet || flight.length > 0) {
      record.answered = record.taken;
      record.answer = greet ? "greeting" : "flight";
    }
    this.sendFlight(record, flight, now);
  }

  private resend({ flight }: RunRecord<Peer, Packet, Introduced>): void {
    for (const body of flight) this.say({ type: "send", body });
  }

  private repeatGreeting({ exchange }: RunRecord<Peer, Packet, Introduced>): void {
    this.say({ type: "repeat-greeting", id: exchange });
  }

  private refund(record: RunRecord<Peer, Packet, Introduced>): void {
    if (!record.charged) return;
    record.charged = false;
    this.say({ type: "refund" });
  }

  private clearOlder(
    record: RunRecord<Peer, Packet, Introduced>,
    cause: Cause<Packet, Introduced> | undefined,
    now: Instant,
  ): void {
    const { live } = this;
    if (!this.cipherSet.lasting || live === undefined || cause === undefined || live.isOf(cause.incoming.exch)) return;
    this.say({ type: "discard", id: live.id });
    this.live = undefined;
    this.makeWay(record, now);
    // An initiator's ephemeral key has left with its flight already, and has not made keys with this token.
    if (record.role === "responder") this.cipherSet.renew();
  }

  private offer(record: RunRecord<Peer, Packet, Introduced>, cause: Cause<Packet, Introduced> | undefined): void {
    if (cause?.result.type !== "message") return;
    const { message, peer } = cause.result;
    record.group.add(message);
    record.taken = cause.incoming.body;
    const { id, at, role, group } = record;
    this.say({ type: "offer", id, at, role, messages: group.messages, peer });
  }

  private establish(record: RunRecord<Peer, Packet, Introduced>): void {
    const { id, accepted } = record;
    if (accepted === undefined) return;
    const { keys, peer, greet } = accepted;
    if (this.live?.has(keys)) record.exchange = this.live.id;
    else this.say({ type: "establish", id, keys, peer, tentative: accepted.standing === "tentative", greet });
  }

  /** CONFIRMED: everything older makes way. */
  private confirm(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    const { exchange, accepted, at } = record;
    if (accepted !== undefined && this.live?.id !== exchange) this.live = new LiveExchange(exchange, accepted.keys);
    record.accepted = undefined;
    this.say({ type: "confirmed", id: exchange, at });
    this.makeWay(record, now);
  }

  private chargeOnce(record: RunRecord<Peer, Packet, Introduced>): void {
    if (record.counted) return;
    record.counted = true;
    this.say({ type: "bad-guess" });
  }

  private discard(exchange: number): void {
    this.say({ type: "discard", id: exchange });
    if (this.live?.id !== exchange) return;
    this.live = undefined;
    this.cipherSet.renew();
  }

  private giveUp(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    if (!this.cipherSet.lasting || record.role !== "initiator") return;
    this.makeWay(record, now);
    this.end();
  }
}
