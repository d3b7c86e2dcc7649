import type { Machine, PeerGroupInput, PeerGroupOutput, SessionParameters } from "@countersign/handshake";
import { CloseReason, type CountersignError, UsageError } from "@countersign/wire";
import type { Carrier } from "./carrier.ts";
import { Deliveries } from "./deliveries.ts";
import { Driver, type Told } from "./driver.ts";
import { EventQueue } from "./event-queue.ts";
import {
  type Exit,
  exitByAbort,
  exitByClearText,
  exitByClose,
  exitByFailure,
  exitByRelay,
  exitByWrongCode,
} from "./exit.ts";
import type { Journal } from "./journal.ts";
import type { MemberHandlers } from "./member-handlers.ts";
import { checkMessage, type OutgoingMessage } from "./outgoing-message.ts";
import type { Clock } from "./ports.ts";
import type { SessionEnded, SessionEvent, SessionFailed } from "./session-event.ts";
import { eraseCode, type JournalEntry, type SessionRecord } from "./session-record.ts";
import { within } from "./within.ts";

/** Ms that a last word may take on its way out. */
const LEAVE_MS = 5_000;
/** Events in the queue above which dropped packets are not told any more. */
const MOST_DROPS = 1_000;

export interface SessionParts {
  readonly record: SessionRecord;
  /** Whether a process before this one has begun the session. */
  readonly resumed: boolean;
  readonly machine: Machine<PeerGroupInput, PeerGroupOutput>;
  readonly clock: Clock;
  /** The clock of the machine; it may stand still. */
  readonly pace: Clock;
  readonly journal: Journal;
  readonly carrier: Carrier;
}

/**
 * A session with all its parties: what happens comes out of `events`, what the user wants goes in by the other methods.
 * Made by `openSession`; always ended by `close` or `abort`, also after an event that ended it, so that the last word
 * gets out before the program does.
 */
export class Session {
  /** This party's number: 1 to `parameters.parties`, or that of the key that is used. */
  readonly number: number;
  readonly parameters: SessionParameters;
  /** By what the parties know each other: a string that they compare, or keys that they have. */
  readonly confirmation: "sas" | "pins";
  private readonly clock: Clock;
  private readonly journal: Journal;
  private readonly driver: Driver;
  private readonly carrier: Carrier;
  private readonly queue = new EventQueue<SessionEvent>();
  private readonly deliveries = new Deliveries();
  private readonly peers = new Set<number>();
  /** Those who have not acknowledged everything, also of what the session itself has to say. */
  private readonly owed = new Set<number>();
  private readonly closedPeers = new Set<number>();
  private readonly connected = new Set<number>();
  private step: "pairing" | "comparing" | "ready" | "over" = "pairing";
  private departure = Promise.resolve();
  private fault: CountersignError | undefined;

  constructor(parts: SessionParts) {
    const { record, resumed } = parts;
    this.number = record.origin.number;
    this.parameters = record.origin.parameters;
    this.confirmation = record.origin.trust.type === "pins" ? "pins" : "sas";
    this.clock = parts.clock;
    this.journal = parts.journal;
    this.driver = new Driver({
      parties: this.parameters.parties,
      machine: parts.machine,
      clock: parts.pace,
      write: (entry) => {
        if (entry.type === "posted") for (const peer of entry.peers) this.owed.add(peer);
        return this.journal.write(entry, this.parameters);
      },
      send: (envelopes) => this.carrier.send(envelopes),
      tell: (output) => this.told(output),
      unwritable: () => this.unwritable(),
    });
    this.carrier = parts.carrier;
    if (!resumed) this.begin(record);
    for (const { number, unacknowledged } of resumed ? record.history.peers : []) {
      this.queue.push({ type: "member-joined", number });
      if (unacknowledged.length === 0) continue;
      this.deliveries.outstanding(number);
      this.owed.add(number);
    }
    this.carrier.listen(this.memberHandlers());
    if (resumed) this.driver.feed([{ type: "resume" }]);
  }

  /**
   * What happens, in order, kept until it is asked for. One consumer, who may leave its loop and go on in another one;
   * ends behind `failed` or `ended`.
   */
  events(): AsyncIterable<SessionEvent> {
    return this.queue.consume();
  }

  /** Whether it has ended, in whatever way: nothing can be sent any more. */
  get isOver(): boolean {
    return this.step === "over";
  }

  /** Whether the others have acknowledged everything, also of what the session itself has said under its keys. */
  get isAcknowledged(): boolean {
    return this.owed.size === 0;
  }

  /** What is not acknowledged leaves again: for who knows that it got lost, where no time shows it. */
  sendAgain(): void {
    this.driver.feed([{ type: "reconnected" }]);
  }

  /** Numbers of the other parties that have a connection, as the relay says. */
  get online(): ReadonlySet<number> {
    return this.connected;
  }

  /** The user's answer to the SAS: the same on all sides, or not. Throws `UsageError` before there is one. */
  confirm(same: boolean): void {
    if (this.step === "over") return;
    if (this.step === "pairing") throw new UsageError("usage.no-sas", "there is no SAS to confirm yet");
    this.driver.feed([{ type: "confirm", same }]);
  }

  /**
   * Sends a message to one party, or to all of them (`to: 0`, the default); `round` is the application's, 0 by default.
   * Throws `UsageError` before `ready` and above 1 MiB, and an error that says why if the session has ended.
   */
  send(message: OutgoingMessage): void {
    if (this.fault !== undefined) throw this.fault;
    if (this.step !== "ready") throw new UsageError("usage.not-ready", "the SAS is not confirmed by all parties yet");
    const checked = checkMessage(message, this.peers);
    this.deliveries.queue();
    // Not while outputs are held back: a `delivered` among them would seem to speak of this message, too.
    this.driver.whenSettled(() => {
      if (this.step !== "ready") return;
      this.deliveries.sent(checked.to === 0 ? this.peers : [checked.to]);
      this.driver.feed([{ type: "send", ...checked }]);
    });
  }

  /**
   * Resolves when everything sent so far is in the journal: it arrives, once, also if another process has to take up
   * the session. Rejects if the session ends before.
   */
  kept(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.driver.whenSettled(() => (this.fault === undefined ? resolve() : reject(this.fault)));
    });
  }

  /**
   * The application has all messages up to this `seq` for good: they leave the journal, and are not told again to a
   * process that takes up the session.
   */
  taken(seq: number): void {
    this.driver.feed([{ type: "taken", seq }]);
  }

  /** Resolves when all parties have acknowledged everything sent so far; rejects if the session ends before. */
  delivered(): Promise<void> {
    return this.deliveries.all();
  }

  /** Says goodbye to all parties and to the relay; resolves when that is out, within 5 s in any case. */
  close(reason: CloseReason = CloseReason.DONE): Promise<void> {
    return this.leave(exitByClose(reason));
  }

  /** Ends the session for all parties; `reason` is a word for them and the relay: `^[a-z][a-z-]{0,31}$`. */
  abort(reason: string): Promise<void> {
    return this.leave(exitByAbort(this.number, reason));
  }

  private told(output: Told): void {
    if (this.step === "over") return;
    if (output.type === "failed") return void this.leave(exitByFailure(output));
    // Drops are there to be counted: no sender of rubbish may fill the memory of a slow consumer with them.
    if (output.type === "drop" && this.queue.length >= MOST_DROPS) return;
    this.queue.push(output);
    switch (output.type) {
      case "guess-failed":
        return void this.leave(exitByWrongCode(output.from));
      case "up":
        this.peers.add(output.number);
        return;
      case "sas":
        this.step = "comparing";
        return;
      case "ready":
        this.step = "ready";
        for (const { number } of output.pins) this.peers.add(number);
        return;
      case "delivered":
        this.owed.delete(output.to);
        return this.deliveries.delivered(output.to);
      case "closed":
        if (output.delivered) this.deliveries.delivered(output.number);
        this.closedPeers.add(output.number);
        // With nobody left to talk to, this party is done as well.
        if (this.closedPeers.size === this.parameters.parties - 1) void this.close();
        return;
    }
  }

  private memberHandlers(): MemberHandlers {
    return {
      joined: (member) => {
        this.queue.push({ type: "member-joined", number: member.number });
        void this.note({ type: "member", ...member });
        this.driver.feed([{ type: "member", ...member }]);
      },
      joinedInTheClear: (number) => void this.leave(exitByClearText(number)),
      online: (number, online) => {
        if (online) this.connected.add(number);
        else this.connected.delete(number);
        this.queue.push({ type: online ? "member-online" : "member-offline", number });
      },
      packets: (from, packets) => this.driver.feed(packets.map((bytes) => ({ type: "packet", from, bytes }))),
      lost: () => this.queue.push({ type: "relay-lost" }),
      back: () => {
        this.queue.push({ type: "relay-back" });
        this.driver.feed([{ type: "reconnected" }]);
      },
      // What a party has said before it counts more, and may wait for a disk.
      ended: (ended) => this.driver.whenSettled(() => void this.leave(exitByRelay(ended))),
    };
  }

  private begin(record: SessionRecord): void {
    void this.note({ type: "record", record }).finally(() => eraseCode(record));
  }

  /** Writes what nothing waits for. */
  private async note(entry: JournalEntry): Promise<void> {
    await this.journal.write(entry, this.parameters).catch(() => this.unwritable());
  }

  private unwritable(): void {
    this.driver.stop();
    const detail = "The journal could not be written";
    void this.leave(exitByFailure({ type: "failed", code: "local.journal", culprits: [], detail }));
  }

  private leave(exit: Exit): Promise<void> {
    if (this.step === "over") return this.departure;
    this.step = "over";
    this.fault = exit.fault;
    this.deliveries.fail(exit.fault);
    this.departure = this.depart(exit);
    return this.departure;
  }

  private async depart({ reason, abort, last }: Exit): Promise<void> {
    // A failure is told at once: whoever looks at it need not wait until the others know.
    if (last.type === "failed") this.end(last);
    if (reason !== undefined) this.driver.feed([{ type: "close", reason }]);
    await within(LEAVE_MS, this.clock, this.lastWords(abort));
    this.driver.stop();
    this.carrier.stop();
    this.end(last);
  }

  private end(last: SessionEnded | SessionFailed): void {
    this.queue.push(last);
    this.queue.end();
  }

  private async lastWords(abort: string | undefined): Promise<void> {
    await new Promise<void>((resolve) => this.driver.whenSettled(resolve));
    await this.carrier.leave(abort);
  }
}
