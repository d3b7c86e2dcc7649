import type { Clock, Hand, RandomBytes, Relay, SessionEnded, SessionEvent, SessionFailed } from "@countersign/client";
import { Agreement } from "./agreement.ts";
import { ByHand } from "./by-hand.ts";
import { Changes, type Patience } from "./changes.ts";
import type { KnownParty } from "./contact-book.ts";
import { faults } from "./faults.ts";
import { Keeping, type KeepingOptions } from "./keeping.ts";
import { limits } from "./limits.ts";
import type { Meters } from "./meters.ts";
import type { Notes, Sas } from "./notes.ts";
import type { SasAnswer } from "./sas-check.ts";
import { closedHere, denied, endOf, outlived, overflowed, type SessionEnd } from "./session-end.ts";
import type { SessionFile } from "./session-store.ts";
import { Traffic } from "./traffic.ts";
import type { Wire } from "./wire.ts";

export interface CosignSessionOptions {
  readonly wire: Wire;
  /** This session's part in a connection; closed with it. None where it goes by hand. */
  readonly relay: Relay | undefined;
  /** For two parties, unless it is over. */
  readonly hand: Hand | undefined;
  readonly file: SessionFile;
  /** What was noted so far; noted again when something changes. */
  readonly notes: Notes;
  /** Who this party is. Secret. */
  readonly self: KnownParty["self"];
  /** Where parties can be kept as contacts, and at which relay they are met again; empty for none. */
  readonly contacts: Pick<KeepingOptions, "book" | "relay" | "turns">;
  /** A process before this one was done with the messages up to this seq; 0 for a session that is new. */
  readonly taken: number;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly meters: Meters;
  /** Told once, when the session has ended. */
  ended(): void;
}

/** How far a session is. */
export type SessionState = "waiting" | "handshake" | "confirming" | "active" | SessionEnd["state"];

/** One session as the methods see it: what happens in it is followed and kept until somebody asks. */
export class CosignSession {
  /** Who is there, and what they have to compare. */
  readonly agreement: Agreement;
  /** What goes between the parties if somebody carries it. */
  readonly byHand: ByHand;
  /** What they say to each other. */
  readonly traffic: Traffic;
  private readonly options: CosignSessionOptions;
  private readonly changes: Changes;
  private readonly keeping: Keeping;
  private readonly stopTimer: () => void;
  /** Settles when nothing happens any more. */
  private readonly over: Promise<void>;
  private end: SessionEnd | undefined;
  private isLeft = false;
  /** The last thing that was told. */
  private last: SessionEnded | SessionFailed | undefined;

  constructor(options: CosignSessionOptions) {
    const { clock, contacts, hand, meters, notes, self, taken, wire } = options;
    this.options = options;
    this.changes = new Changes(clock);
    // Where the SAS cannot be noted, the journal cannot be written either, and the session fails.
    const agreed = () => void this.note().catch(() => undefined);
    this.keeping = new Keeping({ ...contacts, self, wanted: notes.wanted, note: () => this.note() });
    this.agreement = new Agreement({
      wire,
      label: self.label,
      sas: notes.sas,
      meters,
      now: () => clock.now().ms,
      agreed,
      ready: (pins) => this.keeping.ready(pins),
    });
    this.traffic = new Traffic({
      ...options,
      agreement: this.agreement,
      changes: this.changes,
      past: { sent: notes.sent, keys: notes.keys, answered: notes.answered, taken },
      keep: () => this.note(),
      end: () => this.end,
    });
    this.byHand = new ByHand({
      hand,
      wire,
      clock,
      agreement: this.agreement,
      wasCarrying: notes.byHand ?? false,
      end: () => this.end,
      keep: () => this.note({ byHand: true }),
    });
    const left = Math.max(0, notes.begun + notes.ttl - clock.now().unixSeconds);
    this.stopTimer = clock.wakeAt(clock.now().ms + 1_000 * left, () => this.finish(outlived));
    this.over = this.follow();
  }

  get state(): SessionState {
    if (this.end !== undefined) return this.end.state;
    if (this.agreement.isComplete) return "active";
    if (this.agreement.sas !== undefined) return "confirming";
    return this.agreement.everybodyJoined ? "handshake" : "waiting";
  }

  /** Why it has ended, as a sentence; undefined while it goes on. */
  get detail(): string | undefined {
    return this.end?.detail;
  }

  /** Whole seconds. */
  get age(): number {
    return Math.max(0, this.options.clock.now().unixSeconds - this.options.notes.begun);
  }

  /** Waits for the SAS. Throws `MethodError` that says who is missing when the time is up, or why there will be none. */
  async handshake(patience: Patience): Promise<Sas> {
    const find = () => {
      const { sas } = this.agreement;
      if (sas === undefined && this.end !== undefined) throw faults.handshakeFailed(this.end);
      if (sas === undefined && this.byHand.isCarrying) throw faults.byHand();
      return sas;
    };
    const sas = await this.changes.until(find, patience);
    if (sas === undefined) throw faults.handshakeTimeout(this.agreement.missing);
    return sas;
  }

  /**
   * Takes the user's word on the SAS: of one party, or of all. Who is still to be compared with; undefined for a no,
   * which ends the session for everybody. Throws `MethodError` if it is not the string.
   */
  confirm(answer: SasAnswer, label?: string): readonly string[] | undefined {
    if (this.end !== undefined) throw faults.ended(this.end);
    const left = this.agreement.confirm(answer, label);
    if (left !== undefined) return left;
    void this.keeping.forget();
    if (this.agreement.isComplete) void this.finish(denied);
    else this.options.wire.confirm(false);
    return undefined;
  }

  /**
   * Takes the user's word as `confirm` does; the party, or the only other one, is kept as a contact of this name once all
   * have confirmed. Throws `MethodError`, then nothing is confirmed.
   */
  async confirmContact(answer: SasAnswer, name: string, label?: string): Promise<readonly string[] | undefined> {
    const party = this.partyOf(label);
    await this.keeping.check(party, name);
    const left = this.confirm(answer, label);
    if (left !== undefined) await this.keeping.want(party, name);
    return left;
  }

  /** Whether the party, or the only other one, is kept as a contact. Throws `MethodError`. */
  async isKept(label?: string): Promise<boolean> {
    return await this.keeping.isKept(this.partyOf(label));
  }

  /** Waits until all have confirmed, or never will; in any case until a process after this one knows what was said here. */
  async confirmed(patience: Patience): Promise<void> {
    // What does not settle has ended.
    await this.options.wire.kept().catch(() => undefined);
    await this.changes.until(() => this.agreement.isComplete || this.end !== undefined || undefined, patience);
  }

  /** Lets go of it without a word, for another process to take it up. */
  async leave(): Promise<void> {
    this.isLeft = true;
    const { file, hand, relay } = this.options;
    await file.end(false);
    relay?.close();
    hand?.drop();
    await this.over;
  }

  /** Ends it for all, after giving what was sent some time to arrive. */
  async close(): Promise<void> {
    const mayArrive = this.end === undefined && this.agreement.isComplete && !this.byHand.isCarrying;
    if (mayArrive) await this.traffic.delivered(limits.farewell);
    await this.finish(closedHere);
    await this.over;
  }

  private partyOf(label: string | undefined): string {
    const { labels, sas } = this.agreement;
    if (sas === undefined) throw faults.nothingToConfirm();
    const [only] = labels;
    const chosen = label ?? (labels.length === 1 ? only : undefined);
    if (chosen === undefined) throw faults.contactOfWhom();
    if (!labels.includes(chosen)) throw faults.unknownLabel();
    return chosen;
  }

  private note(more: Pick<Notes, "byHand" | "over"> = {}): Promise<void> {
    const { file, notes } = this.options;
    const { sas } = this.agreement;
    const { wanted } = this.keeping;
    const { answered } = this.traffic;
    const optional = {
      ...(sas === undefined ? {} : { sas }),
      ...(wanted === undefined ? {} : { wanted }),
      ...(answered.length === 0 ? {} : { answered }),
      ...(this.byHand.isCarrying ? { byHand: true as const } : {}),
    };
    return file.note({ ...notes, ...this.traffic.sent, ...optional, ...more });
  }

  private async follow(): Promise<void> {
    const { ended, relay, wire } = this.options;
    for await (const event of wire.events()) {
      this.take(event);
      this.changes.happened();
    }
    this.end ??= closedHere;
    this.stopTimer();
    this.changes.happened();
    await wire.close();
    relay?.close();
    // A relay would know. Where it cannot be written, the file is gone or closed.
    if (this.byHand.isCarrying && !this.isLeft && this.last !== undefined) {
      await this.note({ over: this.last }).catch(() => undefined);
    }
    if (!this.isLeft) ended();
  }

  private take(event: SessionEvent): void {
    const { clock, meters } = this.options;
    this.agreement.take(event);
    if (event.type === "message" && !this.traffic.push(event)) void this.finish(overflowed);
    else if (event.type === "relay-lost") meters.relayFailed();
    else if (event.type === "relay-back") meters.relayHeard(clock.now().ms);
    else if (event.type === "failed" || event.type === "ended") this.ended(event);
  }

  private ended(event: SessionEnded | SessionFailed): void {
    this.last = event;
    this.end ??= endOf(event);
  }

  /** Ends it for all: in order, or with a word of why. */
  private async finish(end: SessionEnd): Promise<void> {
    if (this.end !== undefined) return;
    this.end = end;
    this.changes.happened();
    const { wire } = this.options;
    if (this.agreement.isComplete && end.word === undefined) await wire.close();
    else await wire.abort(end.word ?? (end === outlived ? "expired" : "cancelled"));
  }
}
