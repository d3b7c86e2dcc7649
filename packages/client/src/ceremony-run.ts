import type {
  CeremonyComplete,
  CeremonyFailed,
  CeremonyInput,
  CeremonyOutput,
  CeremonyView,
  Step,
} from "@countersign/session";
import { Alarm } from "./alarm.ts";
import { CeremonyError, type CeremonyEvent, errorOfEnd } from "./ceremony-event.ts";
import { CeremonyNews } from "./ceremony-news.ts";
import type { CeremonyParts, CeremonyResult } from "./ceremony-parts.ts";
import type { SessionEvent } from "./session-event.ts";
import { within } from "./within.ts";

/** Ms that it may take the others to acknowledge why a ceremony failed, and that this party is done. */
const LAST_WORDS_MS = 5_000;
const GOODBYE_MS = 15_000;

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
  private readonly inputs: CeremonyInput[] = [];
  private readonly outcome = Promise.withResolvers<CeremonyResult<Result>>();
  private readonly over = Promise.withResolvers<void>();
  private isRunning = false;
  private state: "going on" | "complete" | "over" = "going on";
  /** Answers of the protocol and of the journal that are waited for. */
  private underWay = 0;
  /** Who has said that it is done. */
  private readonly gone = new Set<number>();
  /** How the session ended, if it has. */
  private ended: CeremonyError | undefined;
  /** Why the ceremony is being ended from here; what the machine says of it is only that it is. */
  private verdict: CeremonyError | undefined;
  private made: Result | undefined;
  private departure = Promise.resolve();

  constructor(parts: CeremonyParts<Result>) {
    this.parts = parts;
    this.alarm = new Alarm(parts.clock, () => this.feed({ type: "time" }));
    this.result = this.outcome.promise;
    // Who only looks at the events need not hear of a failure twice.
    this.result.catch(() => undefined);
    const { checkpoint } = parts;
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
    if (this.state === "going on") this.feed({ type: "abort", reason });
  }

  /**
   * The result is stored, so that nothing of the ceremony is needed any more: waits until the others are done, or have
   * had the time for it, and closes the session. After a failure it waits for the end of the session only.
   * The session's journal keeps what was said until it is ended, behind this: a process that is killed before that is
   * complete again by it, without those who have left.
   */
  async close(): Promise<void> {
    const { session } = this.parts;
    await this.over.promise;
    await this.departure;
    // A party that has just come back is done before it is linked again, and has not said so yet.
    await this.heard(GOODBYE_MS);
    await session.close();
  }

  private async listen(events: AsyncIterable<SessionEvent>): Promise<void> {
    for await (const event of events) if (this.state !== "over") this.take(event);
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
    if (this.state === "over" || this.underWay > 0) return;
    if (this.ended !== undefined) return this.fail(this.ended);
    const left = this.view().parties.find(({ number, waitedFor }) => waitedFor && this.gone.has(number));
    if (left === undefined || this.verdict !== undefined) return;
    const detail = `${left.label} has left`;
    this.giveUp(new CeremonyError("peer.left", detail, { culprits: [left.number] }), detail);
  }

  /** Ends the ceremony from here, for everybody. What the machine has to say may be held back by a journal that fails. */
  private giveUp(verdict: CeremonyError, reason: string): void {
    if (this.state !== "going on") return;
    this.verdict = verdict;
    this.feed({ type: "abort", reason });
    this.fail(verdict);
  }

  private feed(input: CeremonyInput): void {
    if (this.state === "over") return;
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
    const { protocol, session } = this.parts;
    switch (output.type) {
      case "begin":
        return void this.compute(() => protocol.begin());
      case "round-ready":
        return void this.compute(() => protocol.advance(output.state, output.round, output.received));
      case "send":
        // One that has ended has said why, or will.
        if (!session.isOver) session.send({ to: output.to, round: output.round, bytes: output.bytes });
        return;
      case "persist":
        return void this.persist(output);
      case "wake":
        if (output.at === undefined) this.alarm.clear();
        else this.alarm.setAt(output.at);
        return;
      case "late":
        this.news.push(output);
        return;
      case "complete":
        return this.complete(output);
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

  private async compute(run: () => Step<Result> | Promise<Step<Result>>): Promise<void> {
    try {
      const step = await this.wait(run);
      if (step.type === "done") this.made = step.result;
      this.feed({ type: "step", step });
    } catch (cause) {
      this.giveUp(new CeremonyError("protocol.failed", "The protocol failed here", { cause }), "its program failed");
    }
  }

  private async persist({ id, checkpoint }: CeremonyOutput & { type: "persist" }): Promise<void> {
    try {
      await this.wait(() => this.parts.journal.write(checkpoint));
      this.feed({ type: "persisted", id });
    } catch (cause) {
      const error = new CeremonyError("local.journal", "The journal could not be written", { cause });
      this.giveUp(error, "its journal could not be written");
    }
  }

  private async wait<Answer>(run: () => Answer | Promise<Answer>): Promise<Answer> {
    this.underWay += 1;
    try {
      return await run();
    } finally {
      this.underWay -= 1;
    }
  }

  private complete({ outcome, record, state }: CeremonyComplete): void {
    this.state = "complete";
    this.news.push({ type: "complete" });
    const result = this.made ?? this.parts.protocol.restore(state);
    this.outcome.resolve({ result, outcome, record });
  }

  private failed({ code, culprits, by, round, name, detail }: CeremonyFailed): void {
    const details = { culprits, round, name, ...(by === undefined ? {} : { by }) };
    this.fail(this.verdict ?? new CeremonyError(code, detail, details));
  }

  /** Whoever has a result keeps it, whatever happens to the session then. */
  private fail(error: CeremonyError): void {
    if (this.state === "going on") {
      this.news.changed();
      this.news.push({ type: "failed", error });
      this.outcome.reject(error);
      this.departure = this.leave(error.code === "local.aborted" ? "cancelled" : "ceremony-failed");
    }
    this.end();
  }

  /** Ends the session for everybody as soon as the others have heard why, or could have. */
  private async leave(reason: string): Promise<void> {
    await this.heard(LAST_WORDS_MS);
    await this.parts.session.abort(reason);
  }

  /** Waits until the others have acknowledged everything, but no longer than so many ms. */
  private async heard(ms: number): Promise<void> {
    const { session, clock } = this.parts;
    await within(
      ms,
      clock,
      session.delivered().catch(() => undefined),
    );
  }

  private end(): void {
    this.state = "over";
    this.alarm.clear();
    this.over.resolve();
    this.news.end();
  }
}
