import type { CeremonyInput, CeremonyOutput, Step } from "@countersign/session";
import { CeremonyError } from "./ceremony-event.ts";
import type { CeremonyParts } from "./ceremony-parts.ts";

export interface CeremonyWorkOptions<Result> extends Pick<CeremonyParts<Result>, "protocol" | "journal"> {
  /** Takes what came of it. */
  feed(input: CeremonyInput): void;
  /** It did not come to an end; the reason is for the others. */
  giveUp(error: CeremonyError, reason: string): void;
}

/** What a ceremony has done by others, and waits for: steps of the protocol, checkpoints in the journal. */
export class CeremonyWork<Result> {
  private readonly options: CeremonyWorkOptions<Result>;
  private underWay = 0;
  private made: Result | undefined;

  constructor(options: CeremonyWorkOptions<Result>) {
    this.options = options;
  }

  /** Whether an answer is waited for. */
  get isUnderWay(): boolean {
    return this.underWay > 0;
  }

  begin(): void {
    void this.compute(() => this.options.protocol.begin());
  }

  advance({ state, round, received }: CeremonyOutput & { type: "round-ready" }): void {
    void this.compute(() => this.options.protocol.advance(state, round, received));
  }

  async write({ id, checkpoint }: CeremonyOutput & { type: "persist" }): Promise<void> {
    const { journal, feed, giveUp } = this.options;
    try {
      await this.wait(() => journal.write(checkpoint));
      feed({ type: "persisted", id });
    } catch (cause) {
      const error = new CeremonyError("local.journal", "The journal could not be written", { cause });
      giveUp(error, "its journal could not be written");
    }
  }

  /** What the protocol has made, in this process or in one before it. */
  resultOf(state: Uint8Array): Result {
    return this.made ?? this.options.protocol.restore(state);
  }

  private async compute(run: () => Step<Result> | Promise<Step<Result>>): Promise<void> {
    const { feed, giveUp } = this.options;
    try {
      const step = await this.wait(run);
      if (step.type === "done") this.made = step.result;
      feed({ type: "step", step });
    } catch (cause) {
      giveUp(new CeremonyError("protocol.failed", "The protocol failed here", { cause }), "its program failed");
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
}
