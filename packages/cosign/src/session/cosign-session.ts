import type { Clock, RelayConnection, Session, SessionEvent } from "@countersign/client";
import { Changes, type Patience } from "./changes.ts";
import { faults } from "./faults.ts";
import { Inbound } from "./inbound.ts";
import { limits } from "./limits.ts";
import type { Missed, Received } from "./mailbox.ts";
import type { Meters } from "./meters.ts";
import { Outbound, type Outgoing } from "./outbound.ts";
import { PartyList, type PartyStatus } from "./party-list.ts";
import { type SasAnswer, SasCheck } from "./sas-check.ts";
import { closedHere, endOf, outlived, overflowed, type SessionEnd } from "./session-end.ts";

export interface CosignSessionOptions {
  readonly session: Session;
  /** This session's alone; closed with it. */
  readonly relay: RelayConnection;
  /** What this party calls itself. */
  readonly label: string;
  /** Seconds that the session may live. */
  readonly ttl: number;
  readonly clock: Clock;
  readonly meters: Meters;
  /** Told once, when the session has ended by itself. */
  ended(): void;
}

/** How far a session is. */
export type SessionState = "waiting" | "handshake" | "confirming" | "active" | SessionEnd["state"];

/** The string to compare. */
export interface Sas {
  readonly words: string;
  readonly digits: string;
  /** All parties have the keys that were pinned, so that nobody needs to compare anything. */
  readonly verified: boolean;
}

/** One session as the methods see it: what happens in it is followed and kept until somebody asks. */
export class CosignSession {
  private readonly parties: PartyList;
  private readonly options: CosignSessionOptions;
  private readonly changes: Changes;
  private readonly inbound: Inbound;
  private readonly outbound: Outbound;
  private readonly begun: number;
  private readonly stopTimer: () => void;
  private agreed: Sas | undefined;
  private check: SasCheck | undefined;
  private isReady = false;
  private everybodyAt: number | undefined;
  private end: SessionEnd | undefined;

  constructor(options: CosignSessionOptions) {
    const { clock, label, meters, session, ttl } = options;
    this.options = options;
    this.changes = new Changes(clock);
    this.inbound = new Inbound(clock, meters);
    this.outbound = new Outbound({ session, clock, meters });
    this.parties = new PartyList({ number: session.number, label, parties: session.parameters.parties });
    this.begun = clock.now().ms;
    this.stopTimer = clock.wakeAt(this.begun + 1_000 * ttl, () => this.finish(outlived));
    void this.follow();
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
    return Math.floor((this.options.clock.now().ms - this.begun) / 1_000);
  }

  get sent(): number {
    return this.outbound.count;
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
    if (agrees === undefined) this.options.session.confirm(false);
    else if (this.check.heard(label)) {
      this.parties.update(this.options.session.number, { confirmed: true });
      this.options.session.confirm(true);
    }
    return this.check.left;
  }

  /** Waits until all have confirmed; whether they have. */
  async confirmed(patience: Patience): Promise<boolean> {
    await this.changes.until(() => (this.isReady || this.end !== undefined ? true : undefined), patience);
    return this.isReady;
  }

  /** Sends a message; its number among those that were sent. Throws `MethodError`. */
  send(outgoing: Outgoing): number {
    this.requireReady("send");
    if (this.end !== undefined) throw faults.ended(this.end);
    if (outgoing.to !== 0 && !this.parties.has(outgoing.to)) throw faults.unknownParty();
    return this.outbound.send(outgoing);
  }

  /** The next message, or the first one behind the seq `after`; undefined when the time is up. Throws `MethodError`. */
  receive(patience: Patience, after?: number): Promise<Received | undefined> {
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

  /** Ends it for all, after giving what was sent some time to arrive. */
  async close(): Promise<void> {
    if (this.end === undefined && this.isReady) await this.outbound.delivered(limits.farewell);
    await this.finish(closedHere);
  }

  private requireReady(what: "send" | "receive"): void {
    if (this.isReady) return;
    if (this.end !== undefined) throw faults.ended(this.end);
    if (this.agreed === undefined) throw faults.handshakeRequired(what);
    throw faults.sasUnconfirmed(`the SAS is not confirmed by ${this.parties.unconfirmed().join(", ")}`);
  }

  private async follow(): Promise<void> {
    for await (const event of this.options.session.events()) {
      this.handle(event);
      this.changes.happened();
    }
    await this.finish();
  }

  private handle(event: SessionEvent): void {
    const { clock, meters, session } = this.options;
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
        return meters.handshake.add(clock.now().ms - (this.everybodyAt ?? clock.now().ms));
      case "peer-confirmed":
        return this.parties.update(event.number, { confirmed: true });
      case "ready":
        this.isReady = true;
        for (const { number } of event.pins) this.parties.update(number, { confirmed: true });
        return this.parties.update(session.number, { confirmed: true });
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

  /** Leaves: in order, or with a word of why. Without an end, the session has come to one by itself. */
  private async finish(end?: SessionEnd): Promise<void> {
    const { relay, session } = this.options;
    const isFirst = this.end === undefined || end === undefined;
    this.end ??= end ?? closedHere;
    this.stopTimer();
    this.changes.happened();
    if (!isFirst) return;
    if (end === undefined || (end !== overflowed && this.isReady)) await session.close();
    else await session.abort(end === outlived ? "expired" : end === closedHere ? "cancelled" : "error");
    relay.close();
    this.options.ended();
  }
}
