import type { Account } from "../../src/limits/account.ts";
import { defaultLimits, type Limits } from "../../src/limits/limits.ts";
import { Intake } from "../../src/protocol/intake.ts";
import type { Message } from "../../src/protocol/message.ts";
import type { ManualClock } from "../manual-clock.ts";

/** The intake of one connection, with nothing around it. */
export class Reader {
  readonly taken: Message[] = [];
  readonly scopes: string[] = [];
  readonly answers: (() => void)[] = [];
  isPaused = false;
  hasRoom = true;
  isAnswering = true;
  /** Whether what is taken is refused, and what is answered later. */
  isRefusing = false;
  readonly intake: Intake;

  constructor(clock: ManualClock, account: Account, limits: Limits = defaultLimits) {
    this.intake = new Intake({
      clock,
      limits,
      account,
      canAnswer: () => this.hasRoom,
      take: (message, _bytes, task) => {
        this.taken.push(message);
        const answer = () => {
          if (this.isRefusing) task.refused();
          task.done();
        };
        if (this.isAnswering) answer();
        else this.answers.push(answer);
      },
      pause: () => {
        this.isPaused = true;
      },
      resume: () => {
        this.isPaused = false;
      },
      paced: (scope) => this.scopes.push(scope),
    });
  }

  /** So many messages of so many bytes come from the socket at once. */
  receive(count: number, bytes = 2): this {
    for (let i = 0; i < count; i++) this.intake.receive("x".repeat(bytes), bytes);
    return this;
  }
}
