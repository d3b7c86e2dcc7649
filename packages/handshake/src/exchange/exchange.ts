import { equalBytes } from "@countersign/wire";
import type { Instant, Machine } from "../machine.ts";
import { isFarFuture, nextAt, type Order, type Role } from "./at.ts";
import type { CipherSet, Incoming } from "./cipher-set.ts";
import type { ExchangeInput, ExchangeOutput } from "./exchange-types.ts";
import { type HandshakeMessage, OwnMessages } from "./message-group.ts";
import { OpeningPace } from "./opening-pace.ts";
import { Runs } from "./runs.ts";

export interface ExchangeOptions<Peer, Packet extends Incoming = Incoming, Introduced = Peer> {
  readonly cipherSet: CipherSet<Peer, Packet, Introduced>;
  readonly order: Order;
  /** The highest `at` that counted before a restart; 0n for a pair that has never met. */
  readonly highest?: bigint;
  /** What this end says in its handshakes, as if provided before; nothing beside what the cipher set says by itself. */
  readonly messages?: readonly HandshakeMessage[];
}

/**
 * The exchange machine of one pair of endpoints (spec 0003, section 3; telehash v3 e3x): who is initiator follows from
 * `at`, messages of one `at` go to the application together, flights are resent verbatim, and only what is CONFIRMED
 * counts.
 */
export class Exchange<Peer, Packet extends Incoming = Incoming, Introduced = Peer>
  implements Machine<ExchangeInput, ExchangeOutput<Peer, Introduced>>
{
  private readonly cipherSet: CipherSet<Peer, Packet, Introduced>;
  private readonly order: Order;
  private readonly own: OwnMessages;
  private readonly runs: Runs<Peer, Packet, Introduced>;
  private readonly pace = new OpeningPace();
  /** Whether a handshake was asked for while one of ours was under way. */
  private again = false;

  constructor({ cipherSet, order, highest = 0n, messages = [] }: ExchangeOptions<Peer, Packet, Introduced>) {
    this.cipherSet = cipherSet;
    this.order = order;
    this.own = new OwnMessages(messages);
    this.runs = new Runs(cipherSet, highest);
  }

  /** Responder runs of which nobody has proven anything yet; a caller bounds their number over all its pairs. */
  get unproven(): number {
    return this.runs.unproven;
  }

  step(input: ExchangeInput, now: Instant): readonly ExchangeOutput<Peer, Introduced>[] {
    const { calling } = this.runs;
    this.runs.passTime(now);
    // Who does not answer one handshake is not asked for another.
    if (calling?.state === "gone") this.again = false;
    this.take(input, now);
    if (this.again && this.runs.calling === undefined) this.call(now);
    return this.runs.flush();
  }

  private take(input: ExchangeInput, now: Instant): void {
    switch (input.type) {
      case "call":
        return this.runs.calling === undefined ? this.call(now) : undefined;
      case "provide":
        this.own.provide(input.messages);
        this.again ||= input.quiet !== true;
        return;
      case "keep-alive":
        this.again = true;
        return;
      case "packet":
        return this.packet(input.body, now);
      case "accept":
        return this.accept(input.id, now);
      case "refuse":
        return this.runs.fireAll("refused", now, ({ id }) => id === input.id);
      case "heard":
        return this.runs.fireAll("heard", now, ({ exchange }) => exchange === input.id);
      case "reconnected":
        return this.runs.fireAll("reconnected", now, () => true);
      case "end":
        this.again = false;
        return this.runs.end(now);
      case "time":
        return;
      default:
        return input satisfies never;
    }
  }

  private call(now: Instant): void {
    this.again = false;
    const at = nextAt(this.order, this.runs.answered, now.unixSeconds);
    if (at === undefined) return this.runs.say({ type: "exhausted" });
    this.runs.countAt(at);
    const { run, flight } = this.cipherSet.call(at, this.own.messages);
    this.runs.call(at, run, flight, now);
  }

  private accept(id: number, now: Instant): void {
    const record = this.runs.find((run) => run.id === id && run.state === "offered");
    if (record === undefined) return;
    // An answer says what was provided, and that the path is good.
    if (record.role === "responder") this.again = false;
    this.runs.accept(record, this.own.messages, now);
  }

  private packet(body: Uint8Array, now: Instant): void {
    const read = this.cipherSet.read(body);
    if (!read.ok) return this.drop(read.code);
    const incoming = read.value;
    const senderByAt: Role = (incoming.at & 1n) === this.order ? "responder" : "initiator";
    const { sender = senderByAt } = incoming;
    if (sender !== senderByAt) return this.drop("exchange.parity");
    const role: Role = sender === "initiator" ? "responder" : "initiator";
    // What was refused is not computed again, nor is what the peer has said before that.
    if (this.runs.find((run) => run.role === role && run.state === "refused" && incoming.at <= run.at) !== undefined) {
      return this.drop("exchange.refused");
    }
    const record = this.runs.find((run) => run.role === role && run.at === incoming.at);
    if (record === undefined) return this.withoutRun(incoming, sender, now);
    if (record.answered !== undefined && equalBytes(record.answered, body)) this.runs.fire(record, "repeat", now);
    else this.runs.consumed(record, { incoming, result: record.run.consume(incoming) }, now);
  }

  private withoutRun(incoming: Packet, sender: Role, now: Instant): void {
    if (this.runs.isOver(incoming.at)) return this.drop("exchange.old");
    if (!incoming.opening || sender === "responder") return this.drop("exchange.unknown");
    const { atCap: cap } = this.cipherSet;
    const { highest } = this.runs;
    if (cap !== undefined && isFarFuture(incoming.at, { highest, unixSeconds: now.unixSeconds, cap })) {
      return this.drop("exchange.far-future");
    }
    this.answer(incoming, now);
  }

  /** An opening whose `at` is good. */
  private answer(incoming: Packet, now: Instant): void {
    const { halfOpen } = this.runs;
    if (halfOpen !== undefined && incoming.at < halfOpen.at) return this.drop("exchange.old");
    if (!incoming.authentic) {
      // Nobody who has proven nothing may push out an initiator that has, nor make us compute without rest: each opening
      // can cost a whole share. An honest one comes again by its resend.
      const kept = halfOpen?.state === "proven" || halfOpen?.state === "offered";
      if (kept || this.pace.rests(now.ms, halfOpen?.startedAt)) return this.drop("exchange.busy");
    }
    const { run, result } = this.cipherSet.answer(incoming);
    if (run === undefined) {
      this.pace.bad(now.ms);
      return this.drop(result.code);
    }
    if (halfOpen !== undefined) this.runs.fire(halfOpen, "replaced", now);
    this.runs.answer(run, { incoming, result }, now);
  }

  private drop(code: string): void {
    this.runs.say({ type: "drop", code });
  }
}
