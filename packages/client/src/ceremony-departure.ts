import type { CeremonyError } from "./ceremony-event.ts";
import type { CeremonyNews } from "./ceremony-news.ts";
import type { CeremonyParts, CeremonyResult } from "./ceremony-parts.ts";
import { within } from "./within.ts";

/** Ms that it may take the others to acknowledge why a ceremony failed, and that this party is done. */
const LAST_WORDS_MS = 5_000;
const GOODBYE_MS = 15_000;

/**
 * How a ceremony ends for one party: what its user is told, once, and how it leaves the others. A result that is there
 * stays, whatever happens to the session then.
 */
export class CeremonyDeparture<Result> {
  readonly result: Promise<CeremonyResult<Result>>;
  private readonly parts: Pick<CeremonyParts<Result>, "session" | "clock">;
  private readonly news: CeremonyNews;
  private readonly outcome = Promise.withResolvers<CeremonyResult<Result>>();
  private readonly over = Promise.withResolvers<void>();
  private state: "going on" | "complete" | "over" = "going on";
  private left = Promise.resolve();

  constructor(parts: Pick<CeremonyParts<Result>, "session" | "clock">, news: CeremonyNews) {
    this.parts = parts;
    this.news = news;
    this.result = this.outcome.promise;
    // Who only looks at the events need not hear of a failure twice.
    this.result.catch(() => undefined);
  }

  /** Whether it is neither complete nor over. */
  get isAhead(): boolean {
    return this.state === "going on";
  }

  /** Whether nothing of the ceremony is looked at any more. */
  get isOver(): boolean {
    return this.state === "over";
  }

  complete(result: CeremonyResult<Result>): void {
    this.state = "complete";
    this.news.push({ type: "complete" });
    this.outcome.resolve(result);
  }

  /** It came to nothing, unless it is complete: then it is only over. */
  fail(error: CeremonyError): void {
    if (this.isAhead) {
      this.news.changed();
      this.news.push({ type: "failed", error });
      this.outcome.reject(error);
      this.left = this.leave(error.code === "local.aborted" ? "cancelled" : "ceremony-failed");
    }
    this.end();
  }

  end(): void {
    this.state = "over";
    this.over.resolve();
    this.news.end();
  }

  /** Waits until it is over, and the others are done or have had the time for it; then the session is closed. */
  async close(): Promise<void> {
    await this.over.promise;
    await this.left;
    // A party that has just come back is done before it is linked again, and has not said so yet.
    await this.heard(GOODBYE_MS);
    await this.parts.session.close();
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
}
