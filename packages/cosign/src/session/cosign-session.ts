import type { Clock, RelayConnection, SessionEvent } from "@countersign/client";
import { MethodError } from "../error.ts";
import { Changes, type Patience } from "./changes.ts";
import { faults } from "./faults.ts";
import { Inbound } from "./inbound.ts";
import { limits } from "./limits.ts";
import type { Missed, Received } from "./mailbox.ts";
import type { Meters } from "./meters.ts";
import type { Notes, Sas } from "./notes.ts";
import { Outbound, type Outgoing } from "./outbound.ts";
import { PartyList, type PartyStatus } from "./party-list.ts";
import { type SasAnswer, SasCheck } from "./sas-check.ts";
import { closedHere, denied, endOf, outlived, overflowed, type SessionEnd } from "./session-end.ts";
import type { SessionFile } from "./session-store.ts";
import type { Wire } from "./wire.ts";

export interface CosignSessionOptions {
  readonly wire: Wire;
  /** This session's alone; closed with it. */
  readonly relay: RelayConnection;
  readonly file: SessionFile;
  /** What was noted so far; noted again when something changes. */
  readonly notes: Notes;
  /** What this party calls itself. */
  readonly label: string;
  /** A process before this one was done with the messages up to this seq; 0 for a session that is new. */
  readonly taken: number;
  readonly clock: Clock;
  readonly meters: Meters;
  /** Told once, when the session has ended. */
  ended(): void;
}

/** How far a session is. */
export type SessionState = "waiting" | "handshake" | "confirming" | "active" | SessionEnd["state"];

/** One session as the methods see it: what happens in it is followed and kept until somebody asks. */
export class CosignSession {
  private readonly parties: PartyList;
  private readonly options: CosignSessionOptions;
  private readonly changes: Changes;
  private readonly inbound: Inbound;
  private readonly outbound: Outbound;
  private readonly stopTimer: () => void;
  private agreed: Sas | undefined;
  private check: SasCheck | undefined;
  private isReady = false;
  private everybodyAt: number | undefined;
  private end: SessionEnd | undefined;
  private isLeft = false;
  /** Settles when nothing happens any more. */
  private readonly over: Promise<void>;

  constructor(options: CosignSessionOptions) {
    const { clock, label, meters, notes, taken, wire } = options;
    this.options = options;
    this.changes = new Changes(clock);
    this.inbound = new Inbound({ wire, clock, meters, taken });
    this.outbound = new Outbound({ ...notes, wire, clock, meters, keep: () => this.note() });
    this.parties = new PartyList({ number: wire.number, label, parties: wire.parameters.parties });
    this.agreed = notes.sas;
    const left = Math.max(0, notes.begun + notes.ttl - clock.now().unixSeconds);
    this.stopTimer = clock.wakeAt(clock.now().ms + 1_000 * left, () => this.finish(outlived));
    if (notes.sas !== undefined) this.check = new SasCheck(notes.sas, []);
    this.over = this.follow();
  }

  get state(): SessionState {
    if (this.end !== undefined) return this.end.state;
    if (this.isReady) return "active";
    if (this.agreed !== undefined) return "confirming";
    return this.parties.everybodyJoined ? "handshake" : "waiting";
  }

  /** Why it has ended, as a sentence; undefined while it goes on. */
  get detail(): string | undefined {
    return this.end?.detail;
  }

  /** Whether all have confirmed the SAS, or have the keys that were pinned. */
  get isVerified(): boolean {
    return this.isReady;
  }

  /** Who has not confirmed the SAS. */
  get unconfirmed(): readonly string[] {
    return this.isReady ? [] : this.parties.unconfirmed();
  }

  /** The string to compare, once there is one. */
  get sas(): Sas | undefined {
    return this.agreed;
  }

  /** Whole seconds. */
  get age(): number {
    return Math.max(0, this.options.clock.now().unixSeconds - this.options.notes.begun);
  }

  get sent(): number {
    return this.outbound.state.sent;
  }

  get received(): number {
    return this.inbound.count;
  }

  /** Waits for the SAS. Throws `MethodError` that says who is missing when the time is up, or why there will be none. */
  async handshake(patience: Patience): Promise<Sas> {
    const find = () => {
      if (this.agreed === undefined && this.end !== undefined) throw faults.handshakeFailed(this.end);
      return this.agreed;
    };
    const sas = await this.changes.until(find, patience);
    if (sas === undefined) throw faults.handshakeTimeout(this.parties.missing());
    return sas;
  }

  /**
   * Takes the user's word on the SAS: of one party, or of all. A no ends the session for everybody. Who is still to be
   * compared with is answered. Throws `MethodError` if it is not the string.
   */
  confirm(answer: SasAnswer, label?: string): readonly string[] {
    if (this.check === undefined) throw this.end === undefined ? faults.nothingToConfirm() : faults.ended(this.end);
    if (label !== undefined && !this.parties.labels.includes(label)) throw faults.unknownLabel();
    const agrees = this.check.agrees(answer);
    if (agrees === false) throw faults.sasMismatch();
    if (this.end !== undefined) throw faults.ended(this.end);
    if (agrees === undefined) this.deny();
    else if (this.check.heard(label) && !this.isReady) {
      this.parties.update(this.options.wire.number, { confirmed: true });
      this.options.wire.confirm(true);
    }
    return this.check.left;
  }

  /** Waits until all have confirmed; whether they have. */
  async confirmed(patience: Patience): Promise<boolean> {
    await this.changes.until(() => (this.isReady || this.end !== undefined ? true : undefined), patience);
    return this.isReady;
  }

  /**
   * Sends a message; its number among those that were sent, when it is certain to arrive, whatever becomes of this
   * process. Throws `MethodError`.
   */
  async send(outgoing: Outgoing): Promise<number> {
    this.requireReady("send");
    if (this.end !== undefined) throw faults.ended(this.end);
    if (outgoing.to !== 0 && !this.parties.has(outgoing.to)) throw faults.unknownParty();
    try {
      return await this.outbound.send(outgoing);
    } catch (error) {
      throw this.end === undefined || error instanceof MethodError ? error : faults.ended(this.end);
    }
  }

  /** The next message, or the first one behind the seq `after`; undefined when the time is up. Throws `MethodError`. */
  receive(patience: Patience, after?: number): Promise<Received | undefined> {
    this.inbound.had(after);
    const find = () => {
      this.requireReady("receive");
      const message = this.inbound.take(after);
      if (message === undefined && this.end !== undefined) throw faults.ended(this.end);
      return message;
    };
    return this.changes.until(find, patience);
  }

  /** What came behind a seq and is kept. Throws `MethodError`. */
  since(seq: number): Missed {
    this.requireReady("receive");
    return this.inbound.since(seq);
  }

  describe(): readonly PartyStatus[] {
    return this.parties.describe();
  }

  /** Lets go of it without a word, for another process to take it up. */
  async leave(): Promise<void> {
    this.isLeft = true;
    await this.options.file.end(false);
    this.options.relay.close();
    await this.over;
  }

  /** Ends it for all, after giving what was sent some time to arrive. */
  async close(): Promise<void> {
    if (this.end === undefined && this.isReady) await this.outbound.delivered(limits.farewell);
    await this.finish(closedHere);
    await this.over;
  }

  /** The user says that the SAS is not the same; if it was confirmed before, too. */
  private deny(): void {
    if (this.isReady) void this.finish(denied);
    else this.options.wire.confirm(false);
  }

  private requireReady(what: "send" | "receive"): void {
    if (this.isReady) return;
    if (this.end !== undefined) throw faults.ended(this.end);
    if (this.agreed === undefined) throw faults.handshakeRequired(what);
    throw faults.sasUnconfirmed(`the SAS is not confirmed by ${this.parties.unconfirmed().join(", ")}`);
  }

  private note(): Promise<void> {
    const { file, notes } = this.options;
    const sas = this.agreed === undefined ? {} : { sas: this.agreed };
    return file.note({ ...notes, ...this.outbound.state, ...sas });
  }

  private async follow(): Promise<void> {
    for await (const event of this.options.wire.events()) {
      this.handle(event);
      this.changes.happened();
    }
    this.end ??= closedHere;
    this.stopTimer();
    this.changes.happened();
    await this.options.wire.close();
    this.options.relay.close();
    if (!this.isLeft) this.options.ended();
  }

  private handle(event: SessionEvent): void {
    const { clock, meters, wire } = this.options;
    switch (event.type) {
      case "member-joined":
        this.parties.update(event.number, { joined: true });
        if (this.parties.everybodyJoined) this.everybodyAt ??= clock.now().ms;
        return;
      case "member-online":
      case "member-offline":
        return this.parties.update(event.number, { joined: true, online: event.type === "member-online" });
      case "up":
        return this.parties.update(event.number, { joined: true, label: event.label });
      case "sas":
        this.agreed = { words: event.words, digits: event.digits, verified: event.verified };
        this.check = new SasCheck(event, this.parties.labels);
        // Where that fails, the journal does, too, and the session with it.
        this.note().catch(() => undefined);
        return meters.handshake.add(clock.now().ms - (this.everybodyAt ?? clock.now().ms));
      case "peer-confirmed":
        return this.parties.update(event.number, { confirmed: true });
      case "ready":
        this.isReady = true;
        for (const { number, label } of event.pins) this.parties.update(number, { label, confirmed: true });
        return this.parties.update(wire.number, { confirmed: true });
      case "message":
        if (!this.inbound.push(event)) void this.finish(overflowed);
        return;
      case "relay-lost":
        return meters.relayFailed();
      case "relay-back":
        return meters.relayHeard(clock.now().ms);
      case "failed":
      case "ended":
        this.end ??= endOf(event);
        return;
      default:
      // Nothing to keep: behind a guess that failed the session ends by itself, and a peer that closed leaves the others
      // to go on.
    }
  }

  /** Ends it for all: in order, or with a word of why. */
  private async finish(end: SessionEnd): Promise<void> {
    if (this.end !== undefined) return;
    this.end = end;
    this.changes.happened();
    const { wire } = this.options;
    if (this.isReady && end.word === undefined) await wire.close();
    else await wire.abort(end.word ?? "cancelled");
  }
}
