import type { Session, SessionEvent } from "@countersign/client";
import type { PinnedPeer } from "@countersign/handshake";
import { UsageError } from "@countersign/wire";
import type { CommandError } from "../command-error.ts";
import { limits } from "../limits.ts";
import { sasQuestion } from "../screens/sas-lines.ts";
import { askYesNo } from "../screens/yes-no.ts";
import { Attendance } from "./attendance.ts";
import type { ConversationOptions, Peer } from "./conversation-options.ts";
import { DeadSeat, endedEnding, failedEnding, flooded, left, nobodyCame, tooSlow } from "./endings.ts";
import { Inbox } from "./inbox.ts";
import { atMost, Deadline, unlessAborted } from "./wait.ts";

/**
 * One meeting of two parties as a command sees it: somebody comes, the words are compared, messages pass. Whatever ends
 * it early makes every wait here reject with the same `CommandError`.
 */
export class Conversation {
  private readonly options: ConversationOptions;
  private readonly session: Session;
  private readonly over = new AbortController();
  private readonly phase = new Deadline();
  private readonly attendance: Attendance;
  private readonly labels = new Map<number, string>();
  private readonly inbox = new Inbox();
  private readonly ready = Promise.withResolvers<Peer>();
  private readonly gone = Promise.withResolvers<void>();
  /** Messages that this process was asked to send. */
  private sent = 0;
  private agreedWith: PinnedPeer | undefined;
  private isUp = false;
  private verified = false;
  private someoneJoined = false;
  private finished = false;

  constructor(options: ConversationOptions) {
    this.options = options;
    this.session = options.session;
    const { contact, graceMs, screen, timings } = options;
    this.attendance = new Attendance({
      self: options.session.number,
      screen,
      timings,
      graceMs,
      label: this.label,
      dead: () => this.fail(new DeadSeat()),
      gone: () => this.fail(left(contact)),
    });
    this.phase.set(options.waitMs, () => this.fail(nobodyCame(options.contact)));
    const interrupted = () => this.fail(options.interruption.reason as CommandError);
    options.interruption.addEventListener("abort", interrupted);
    if (options.interruption.aborted) interrupted();
    this.pump().catch((fault: CommandError) => this.fail(fault));
  }

  /** Aborted with the `CommandError` that ended the conversation. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** The other party, when everybody has confirmed the words or the keys are the pinned ones. */
  async met(): Promise<Peer> {
    return await unlessAborted(this.ready.promise, this.signal);
  }

  /** Whether a process before this one has sent a message already: what it said is not said again. */
  get hasSpoken(): boolean {
    return (this.options.past?.sent ?? 0) > 0;
  }

  /**
   * Sends a message. A process that takes up a session tells its command again all that was received, and the command
   * says again what it has said to that: as much of it as is in the journal arrives from there.
   */
  send(bytes: Uint8Array): void {
    this.sent += 1;
    if (this.sent <= (this.options.past?.sent ?? 0)) return;
    try {
      this.session.send({ bytes });
    } catch (error) {
      if (error instanceof UsageError) throw error;
      // The session is over; why, its events are about to say, and whoever waits for the next message hears it.
    }
  }

  /** The next message, for which one waits so many milliseconds. */
  async next(limitMs: number): Promise<Uint8Array> {
    this.phase.set(limitMs, () => this.fail(tooSlow("The other side")));
    const message = await this.inbox.next(this.signal);
    this.phase.clear();
    return message;
  }

  /** Says good-bye in order, for whoever has heard the last word. */
  async close(): Promise<void> {
    this.finish();
    await this.session.close();
  }

  /** Says good-bye in order, for whoever said the last word: when it has arrived, or nobody is there to hear it. */
  async closeWhenHeard(): Promise<void> {
    this.finish();
    await atMost(limits.grace, Promise.race([this.session.delivered(), this.gone.promise]));
    await this.session.close();
  }

  /** Ends it for everybody, with a word of why. */
  async abort(reason: string): Promise<void> {
    this.finish();
    await this.session.abort(reason);
  }

  /** What comes from now on is the other side's good-bye. */
  private finish(): void {
    this.finished = true;
    this.phase.clear();
    this.attendance.end();
  }

  private async pump(): Promise<void> {
    for await (const event of this.session.events()) this.handle(event);
    this.gone.resolve();
    this.fail(left(this.options.contact));
  }

  private handle(event: SessionEvent): void {
    const { contact, screen, graceMs } = this.options;
    switch (event.type) {
      case "member-joined":
        return this.joined(event.number);
      case "up":
        this.labels.set(event.number, event.label);
        this.isUp = true;
        return this.begin();
      case "sas":
        return this.compare(event);
      case "peer-confirmed":
        return screen.show({ event: "peer-confirmed", label: this.label(event.number) });
      case "ready":
        return this.agreed(event.pins);
      case "message":
        if (!this.inbox.push(event.bytes, event.seq <= (this.options.past?.received ?? 0))) this.fail(flooded());
        return;
      case "member-offline":
      case "member-online":
        if (!this.finished) this.attendance.present(event.number, event.type === "member-online");
        return;
      case "relay-lost":
      case "relay-back":
        if (!this.finished) screen.show({ event: event.type, grace_seconds: graceMs / 1000 });
        return;
      case "closed":
        this.gone.resolve();
        return this.fail(left(contact));
      case "failed":
        return this.fail(failedEnding(event, contact));
      case "ended":
        return this.fail(endedEnding(event, contact));
      // Two contacts want nothing of each other beyond the SAS; nor do the next two show anything new; behind the last the
      // session fails by itself.
      case "handshake-messages":
      case "delivered":
      case "drop":
      case "guess-failed":
        return;
      default:
        event satisfies never;
    }
  }

  private joined(number: number): void {
    // Only once: by saying it again a relay must not stretch a limit that the parties have set.
    if (number === this.session.number || this.someoneJoined || this.options.past !== undefined) return;
    this.someoneJoined = true;
    // The machines end a handshake that gets nowhere well before this.
    this.phase.set(2 * limits.machine, () => this.fail(tooSlow("The handshake")));
    this.attendance.joined(number);
  }

  private compare(sas: Extract<SessionEvent, { type: "sas" }>): void {
    const { role, screen, timings } = this.options;
    const { words, digits, verified } = sas;
    const parties = sas.parties.map((party) => ({ ...party, self: party.number === this.session.number }));
    timings.end("handshake");
    this.verified = verified;
    screen.show({ event: "sas", words, digits, parties, threshold: this.session.parameters.threshold, verified });
    if (verified) return;
    this.phase.set(limits.person, () => this.fail(tooSlow("Comparing the words")));
    askYesNo(screen, { about: "sas", text: sasQuestion(parties, role) }, this.signal).then(
      (same) => this.session.confirm(same),
      (error: unknown) => this.fail(error as CommandError),
    );
  }

  private agreed([pin]: readonly PinnedPeer[]): void {
    this.agreedWith = pin;
    this.begin();
  }

  /** All have agreed, and the other side is there: in a session that was taken up, the one is known before the other. */
  private begin(): void {
    const { contact, past, screen, timings } = this.options;
    const pin = this.agreedWith;
    if (pin === undefined || (past !== undefined && !this.isUp)) return;
    this.agreedWith = undefined;
    this.phase.clear();
    timings.end("compare");
    screen.show({ event: "confirmed", peer: contact ?? pin.label, verified: this.verified || past !== undefined });
    this.ready.resolve({ label: pin.label, pin });
  }

  private readonly label = (number: number) => this.labels.get(number) ?? "The other side";

  private fail(ending: CommandError): void {
    if (this.finished) return;
    this.phase.clear();
    this.attendance.end();
    this.over.abort(ending);
  }
}
