import { type GroupAnswer, type Refusal, refuse } from "@countersign/relay";
import { COUNTERSIGN_V1, encodeFailure, type MessageRequest } from "@countersign/rpc";
import { noAnswer } from "../core/group-host.ts";
import type { Asker } from "../core/own-entry.ts";
import type { Relay } from "../core/relay.ts";
import type { StoreError } from "../failure.ts";
import { logFailure } from "../log.ts";
import type { Caller, DialectSurroundings, Task } from "./dialect.ts";
import { outcomeOf } from "./outcome.ts";
import { orderMessage } from "./session-handlers.ts";

/** What all calls have in common. */
export interface CallSurroundings extends DialectSurroundings {
  readonly relay: Relay;
}

/** Who has called, and as what that counts. */
interface Origin {
  readonly caller: Caller;
  readonly task: Task;
}

/**
 * A call of `Session.message` of countersign.v1. Half of what a relay does is this, and so it goes without promises,
 * which the calls of the table need nine of: they and their garbage were a fifth of what a message cost.
 */
export class MessageCall implements Asker<GroupAnswer> {
  readonly #id: number;
  readonly #caller: Caller;
  readonly #task: Task;
  readonly #surroundings: CallSurroundings;
  readonly #begun: number;

  constructor(id: number, { caller, task }: Origin, surroundings: CallSurroundings) {
    this.#id = id;
    this.#caller = caller;
    this.#task = task;
    this.#surroundings = surroundings;
    this.#begun = surroundings.clock.now();
  }

  start({ params, envelopes: text }: MessageRequest): void {
    const refusal = orderMessage(this.#surroundings.relay, { caller: this.#caller, params, text }, this);
    if (refusal !== undefined) this.#answer(refusal);
  }

  answered(answer: GroupAnswer | undefined): void {
    if (answer === undefined) this.failed(noAnswer());
    else this.#answer(answer);
  }

  failed(error: StoreError): void {
    logFailure(this.#surroundings.log, error, { message: "a call failed", method: "Session.message" });
    this.#answer(refuse("relay.unavailable"));
  }

  #answer(answer: GroupAnswer | Refusal): void {
    const { clock, meter } = this.#surroundings;
    meter.called(COUNTERSIGN_V1, "Session.message", outcomeOf(answer), (clock.now() - this.#begun) / 1_000);
    if (answer.ok) {
      this.#caller.accept();
      // What `encodeSuccess` would write.
      this.#caller.send(`{"jsonrpc":"2.0","id":${this.#id},"result":{"seq":${answer.seq}}}`);
    } else {
      this.#caller.send(encodeFailure(this.#id, answer.error));
    }
    this.#task.done();
  }
}
