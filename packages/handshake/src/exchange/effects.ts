import type { Instant } from "../machine.ts";
import type { Role } from "./at.ts";
import type { CipherSet, Incoming } from "./cipher-set.ts";
import { Flights } from "./flights.ts";
import { Guesses } from "./guesses.ts";
import { LiveExchange } from "./live-exchange.ts";
import type { Cause, RunRecord } from "./run-record.ts";
import type { Said } from "./said.ts";
import { Schedule } from "./schedule.ts";
import type { RunAction } from "./transitions.ts";

interface EffectsOptions<Peer, Packet extends Incoming, Introduced> {
  readonly cipherSet: CipherSet<Peer, Packet, Introduced>;
  readonly highest: bigint;
  readonly said: Said<Peer, Introduced>;
  /** Whether a handshake of ours is under way. */
  readonly isCalling: () => boolean;
  /** Replaces all other runs of which this is true. */
  readonly replace: (
    by: RunRecord<Peer, Packet, Introduced>,
    now: Instant,
    which: (other: RunRecord<Peer, Packet, Introduced>) => boolean,
  ) => void;
}

/** What the actions of the table mean: what is said, and the state that runs have in common. */
export class Effects<Peer, Packet extends Incoming, Introduced> {
  /** The highest `at` that counts for this pair. */
  highest: bigint;
  /** The `at` of the last first contact that was answered and came to nothing. */
  closedAt: bigint | undefined;
  /** The highest `at` that a process after this one knows. */
  written: bigint;
  readonly flights: Flights<Peer, Packet, Introduced>;
  private readonly said: Said<Peer, Introduced>;
  private readonly guesses: Guesses<Peer, Packet, Introduced>;
  private readonly live: LiveExchange;
  private readonly others: Pick<EffectsOptions<Peer, Packet, Introduced>, "isCalling" | "replace">;

  constructor({ cipherSet, highest, said, ...others }: EffectsOptions<Peer, Packet, Introduced>) {
    this.highest = highest;
    this.written = highest;
    this.live = new LiveExchange(cipherSet);
    this.others = others;
    this.said = said;
    this.flights = new Flights(said);
    this.guesses = new Guesses(said);
  }

  act(
    action: RunAction,
    record: RunRecord<Peer, Packet, Introduced>,
    now: Instant,
    cause: Cause<Packet, Introduced> | undefined,
  ): void {
    switch (action) {
      case "send-flight":
        return cause === undefined ? this.flights.sendAccepted(record, now) : this.reply(record, cause, now);
      case "resend-flight":
        return this.flights.resend(record);
      case "resend-answer":
        return this.flights.resendAnswer(record);
      case "refund":
        return this.guesses.refund(record);
      case "clear-older":
        return this.clearOlder(record, cause, now);
      case "offer":
        return this.offer(record, cause);
      case "await-decision":
        record.schedule ??= Schedule.ofWait(now.ms);
        return;
      case "establish":
        return this.establish(record);
      case "write-at":
        // Of a first handshake the peer repeats its call, and a process that knew its `at` would not answer.
        if (this.highest > 0n) this.writeAt(record.at);
        return;
      case "count-at":
        return this.countAt(record.at);
      case "confirm":
        return this.confirm(record, now);
      case "charge-once":
        return this.guesses.failed(record);
      case "close-at":
        this.closedAt = record.at;
        return;
      case "discard":
        return this.discard(record, now);
      case "remember":
        return this.remember(record, now);
      case "give-up":
        return this.giveUp(record, now);
      case "report-fault":
        return cause?.result.type === "fault" ? this.said.say(cause.result) : undefined;
      case "report-expiry":
        return this.expired(record.role, record.charged && record.taken === undefined);
      case "drop":
        return this.said.say({
          type: "drop",
          code: cause && "code" in cause.result ? cause.result.code : "exchange.step",
        });
      case "wipe":
        record.accepted = undefined;
        return record.run.wipe();
      default:
        return action satisfies never;
    }
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
    if (result.guess) this.guesses.charge(record);
    this.flights.send(record, result.flight, now);
  }

  countAt(at: bigint): void {
    if (at <= this.highest) return;
    this.highest = at;
    this.writeAt(at);
  }

  /** The exchange is over: its keys, and the ephemeral key of this end. */
  end(): void {
    const id = this.live.end({ renew: true });
    if (id !== undefined && this.live.lasting) this.said.say({ type: "discard", id });
  }

  private clearOlder(
    record: RunRecord<Peer, Packet, Introduced>,
    cause: Cause<Packet, Introduced> | undefined,
    now: Instant,
  ): void {
    const id = cause && this.live.endedBy(cause.incoming.exch);
    if (id === undefined) return;
    // The ephemeral key of an initiator has left with its flight, and has made no keys with this one of the peer.
    this.live.end({ renew: record.role === "responder" });
    this.said.say({ type: "discard", id });
    this.others.replace(record, now, ({ at }) => at < record.at);
  }

  private offer(record: RunRecord<Peer, Packet, Introduced>, cause: Cause<Packet, Introduced> | undefined): void {
    if (cause?.result.type !== "message") return;
    const { message, peer } = cause.result;
    record.group.add(message);
    record.taken = cause.incoming.body;
    const { id, at, role, group } = record;
    this.said.say({ type: "offer", id, at, role, messages: group.messages, peer });
  }

  private establish(record: RunRecord<Peer, Packet, Introduced>): void {
    const { id, accepted } = record;
    if (accepted === undefined) return;
    const { keys, peer, greet, standing } = accepted;
    const known = this.live.named(keys);
    if (known === undefined) {
      this.said.say({ type: "establish", id, keys, peer, tentative: standing === "tentative", greet });
      return;
    }
    record.exchange = known;
    keys.sendKey.fill(0);
    keys.receiveKey.fill(0);
  }

  /** CONFIRMED: everything older makes way. */
  private confirm(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    const { exchange, accepted, at } = record;
    if (accepted !== undefined) this.live.confirm(exchange, accepted.keys);
    record.accepted = undefined;
    this.said.say({ type: "confirmed", id: exchange, at });
    this.others.replace(record, now, (other) => other.at < at);
  }

  private discard(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    if (!this.live.lasting) return this.said.say({ type: "discard", id: record.exchange });
    this.endWithAll(record, now);
  }

  private writeAt(at: bigint): void {
    if (at <= this.written) return;
    this.written = at;
    this.said.say({ type: "persist-at", at });
  }

  private expired(role: Role, guessed: boolean): void {
    this.said.say({ type: "expired", role, guessed });
  }

  /** One refusal for each role is enough: what is older is covered by it. */
  private remember(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    record.flight = [];
    record.schedule = Schedule.ofWait(now.ms);
    this.others.replace(
      record,
      now,
      ({ state, role, at }) => state === "refused" && role === record.role && at < record.at,
    );
  }

  private giveUp(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    if (!this.live.lasting || record.role !== "initiator") return;
    // A later call of ours goes along, and is heard of.
    if (this.others.isCalling()) this.expired("initiator", false);
    this.endWithAll(record, now);
  }

  /**
   * The exchange is over, and with it all handshakes, those after this one too: ours have the ephemeral key that goes, and
   * the peer's must not be answered from the next key with an `at` below theirs (found by the model, tools/model). What
   * the peer has begun and was refused stays in mind.
   */
  private endWithAll(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    this.others.replace(record, now, ({ role, state }) => role === "initiator" || state !== "refused");
    this.end();
  }
}
