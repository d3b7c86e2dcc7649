import type { CeremonyFailed, CeremonyInput, CeremonyOutput, CeremonyView } from "@countersign/session";
import { Alarm } from "./alarm.ts";
import { CeremonyDeparture } from "./ceremony-departure.ts";
import { CeremonyError, type CeremonyEvent, errorOfEnd } from "./ceremony-event.ts";
import { CeremonyNews } from "./ceremony-news.ts";
import type { CeremonyParts, CeremonyResult } from "./ceremony-parts.ts";
import { CeremonyWork } from "./ceremony-work.ts";
import type { SessionEvent } from "./session-event.ts";

/**
 * A ceremony under way: the loop round its machine. What the machine wants is done, what happens in the session goes into
 * it, and the protocol is asked when a round is there.
 */
export class CeremonyRun<Result> {
  /**
   * Resolves when all parties have signed that they have the same; rejects with `CeremonyError`. It does not count before
   * it is stored: `close` says so.
   */
  readonly result: Promise<CeremonyResult<Result>>;
  private readonly parts: CeremonyParts<Result>;
  private readonly alarm: Alarm;
  private readonly news = new CeremonyNews(() => this.view());
  private readonly departure: CeremonyDeparture<Result>;
  private readonly work: CeremonyWork<Result>;
  private readonly inputs: CeremonyInput[] = [];
  private isRunning = false;
  /** Who has said that it is done. */
  private readonly gone = new Set<number>();
  /** How the session ended, if it has. */
  private ended: CeremonyError | undefined;
  /** Why the ceremony is being ended from here; what the machine says of it is only that it is. */
  private verdict: CeremonyError | undefined;

  constructor(parts: CeremonyParts<Result>) {
    this.parts = parts;
    this.alarm = new Alarm(parts.clock, () => this.feed({ type: "time" }));
    this.departure = new CeremonyDeparture(parts, this.news);
    this.result = this.departure.result;
    const { checkpoint, protocol, journal } = parts;
    this.work = new CeremonyWork({
      protocol,
      journal,
      feed: (input) => this.feed(input),
      giveUp: (error, reason) => this.giveUp(error, reason),
    });
    this.feed(checkpoint === undefined ? { type: "start" } : { type: "resume", checkpoint });
    for (const number of parts.session.online) this.feed({ type: "presence", number, online: true });
    void this.listen(parts.events);
  }

  /** What happens, in order, until the ceremony is over. One consumer. */
  events(): AsyncIterable<CeremonyEvent> {
    return this.news.consume();
  }

  /** Where everybody stands. */
  view(): CeremonyView {
    return this.parts.ceremony.view();
  }

  /** Ends the ceremony for all parties, who are told the reason: at most 200 bytes. `result` rejects. */
  abort(reason: string): void {
    if (this.departure.isAhead) this.feed({ type: "abort", reason });
  }

  /**
   * The result is stored, so that nothing of the ceremony is needed any more: waits until the others are done, or have
   * had the time for it, and closes the session. After a failure it waits for the end of the session only.
   * The session's journal keeps what was said until it is ended, behind this: a process that is killed before that is
   * complete again by it, without those who have left.
   */
  close(): Promise<void> {
    return this.departure.close();
  }

  private async listen(events: AsyncIterable<SessionEvent>): Promise<void> {
    for await (const event of events) if (!this.departure.isOver) this.take(event);
    this.ended ??= new CeremonyError("session.ended", "the session has ended");
    this.lookForEnd();
  }

  private take(event: SessionEvent): void {
    switch (event.type) {
      case "message":
        return this.feed({ type: "message", from: event.from, round: event.round, bytes: event.bytes });
      case "member-online":
      case "member-offline":
        return this.feed({ type: "presence", number: event.number, online: event.type === "member-online" });
      case "relay-lost":
      case "relay-back":
        this.news.push(event);
        return;
      case "closed":
        this.gone.add(event.number);
        return this.lookForEnd();
      case "failed":
      case "ended":
        this.ended = errorOfEnd(event);
        return this.lookForEnd();
    }
  }

  /**
   * Whether something is waited for that will not come: of who has left, or of a session that has ended. As long as
   * something is computed or written here, what is there may be enough.
   */
  private lookForEnd(): void {
    if (this.departure.isOver || this.work.isUnderWay) return;
    if (this.ended !== undefined) return this.fail(this.ended);
    // Asked after every message: a view looks at all parties, and mostly nobody has left.
    if (this.gone.size === 0 || this.verdict !== undefined) return;
    const left = this.view().parties.find(({ number, waitedFor }) => waitedFor && this.gone.has(number));
    if (left === undefined) return;
    const detail = `${left.label} has left`;
    this.giveUp(new CeremonyError("peer.left", detail, { culprits: [left.number] }), detail);
  }

  /** Ends the ceremony from here, for everybody. What the machine has to say may be held back by a journal that fails. */
  private giveUp(verdict: CeremonyError, reason: string): void {
    if (!this.departure.isAhead) return;
    this.verdict = verdict;
    this.feed({ type: "abort", reason });
    this.fail(verdict);
  }

  private feed(input: CeremonyInput): void {
    if (this.departure.isOver) return;
    this.inputs.push(input);
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      for (let next = this.inputs.shift(); next !== undefined; next = this.inputs.shift()) {
        for (const output of this.parts.ceremony.step(next, this.parts.clock.now())) this.act(output);
      }
    } finally {
      this.isRunning = false;
    }
    this.news.changed();
    this.lookForEnd();
  }

  private act(output: CeremonyOutput): void {
    const { session } = this.parts;
    switch (output.type) {
      case "begin":
        return this.work.begin();
      case "round-ready":
        return this.work.advance(output);
      case "send":
        // One that has ended has said why, or will.
        if (!session.isOver) session.send({ to: output.to, round: output.round, bytes: output.bytes });
        return;
      case "persist":
        return void this.work.write(output);
      case "wake":
        if (output.at === undefined) this.alarm.clear();
        else this.alarm.setAt(output.at);
        return;
      case "late":
        this.news.push(output);
        return;
      case "complete": {
        const { outcome, record, state } = output;
        return this.departure.complete({ result: this.work.resultOf(state), outcome, record });
      }
      case "over":
        this.news.changed();
        return this.end();
      case "failed":
        return this.failed(output);
      case "drop":
        return;
      default:
        output satisfies never;
    }
  }

  private failed({ code, culprits, by, round, name, detail }: CeremonyFailed): void {
    const details = { culprits, round, name, ...(by === undefined ? {} : { by }) };
    this.fail(this.verdict ?? new CeremonyError(code, detail, details));
  }

  private fail(error: CeremonyError): void {
    this.departure.fail(error);
    this.alarm.clear();
  }

  private end(): void {
    this.departure.end();
    this.alarm.clear();
  }
}
