import { CloseReason } from "@countersign/wire";
import type { End, Failure } from "../process.ts";
import { Disk } from "./disk.ts";
import { Mortal } from "./mortal.ts";
import type { ProgramOptions } from "./program-options.ts";

/** How often people look up, and after how long they have enough of a meeting. */
const LOOK_MS = 500;
const PATIENCE_MS = 600_000;
/** A program with somebody in front of it, until its session is ready. */
export abstract class Attended extends Mortal {
  readonly ends: End[] = [];
  /** Who has confirmed the string. */
  protected readonly confirmed = new Set<number>();
  protected readonly gone = new Set<number>();
  protected readonly disk = new Disk();
  /** Whether the user is asked to compare. */
  protected isAsked = false;
  protected abstract override readonly options: ProgramOptions;
  protected abstract get isReady(): boolean;
  protected abstract answer(same: boolean): void;
  protected abstract close(reason: CloseReason): void;

  /** The user sits down in front of a new process. */
  protected meet(): void {
    this.confirmed.clear();
    this.isAsked = false;
    this.look(this.options.agenda.ms + PATIENCE_MS);
  }

  /** Whoever has an end keeps it. */
  protected fail(failure: Pick<Failure, "code" | "culprits" | "detail"> & Partial<Failure>): void {
    if (this.ends.length > 0) return;
    this.ends.push({ round: 0, name: "session", ...failure, type: "failed" });
    if (!this.isReady) this.options.user.giveUp();
  }

  /** What the user does until the session is ready: answers, and leaves when somebody else has, or nothing happens. */
  private look(untilMs: number): void {
    const { agenda, user, members } = this.options;
    this.later(LOOK_MS, () => {
      if (this.isReady || this.ends.length > 0) return;
      const same = this.isAsked ? user.verdict() : undefined;
      if (same !== undefined) {
        this.isAsked = false;
        this.answer(same);
      }
      const missing = members.map(({ number }) => number).filter((number) => !this.confirmed.has(number));
      const culprits = user.gaveUp.size > 0 ? [...user.gaveUp] : agenda.ms > untilMs ? missing : [];
      if (culprits.length === 0) return this.look(untilMs);
      this.fail({ code: "user.left", culprits, detail: `nothing comes of it with party ${culprits.join()}` });
      this.close(CloseReason.ABORTED);
    });
  }

  protected write(what: () => void): void {
    const { agenda, random, diskMs } = this.options;
    this.later(this.disk.delay(agenda.ms, random.integer(diskMs + 1)), what, true);
  }
}
