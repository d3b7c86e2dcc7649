import { type GroupAnswer, type Refusal, refuse } from "@countersign/relay";
import { COUNTERSIGN_V1, encodeFailure, encodeSuccess, type MessageRequest, type MethodParams } from "@countersign/rpc";
import { noAnswer } from "../core/group-host.ts";
import type { Asker } from "../core/own-entry.ts";
import type { Relay } from "../core/relay.ts";
import { Template } from "../core/template.ts";
import type { StoreError } from "../failure.ts";
import { logFailure } from "../log.ts";
import type { Caller, DialectSurroundings, Task } from "./dialect.ts";
import { isRefusal, outcomeOf } from "./outcome.ts";
import { type Done, orderAck, orderMessage } from "./session-handlers.ts";

/** What all calls have in common. */
export interface CallSurroundings extends DialectSurroundings {
  readonly relay: Relay;
}

/** Who has called, and as what that counts. */
export interface Origin {
  readonly caller: Caller;
  readonly task: Task;
}

/**
 * A message or an acknowledgement of countersign.v1. Nearly all that a relay does is this, and so it goes without
 * promises, which the calls of the table need nine of: they and their garbage were a tenth of what a message cost.
 */
export class DirectCall implements Asker<GroupAnswer> {
  readonly #method: "Session.message" | "Session.ack";
  /** Undefined where no answer is wanted. */
  #id: number | undefined;
  readonly #caller: Caller;
  readonly #task: Task;
  readonly #surroundings: CallSurroundings;

  constructor(method: "Session.message" | "Session.ack", { caller, task }: Origin, surroundings: CallSurroundings) {
    this.#method = method;
    this.#caller = caller;
    this.#task = task;
    this.#surroundings = surroundings;
  }

  message({ id, params, envelopes: text }: MessageRequest): void {
    this.#id = id;
    const refusal = orderMessage(this.#surroundings.relay, { caller: this.#caller, params, text }, this);
    if (refusal !== undefined) this.#answer(refusal);
  }

  ack(params: MethodParams<"Session.ack">): void {
    const { relay } = this.#surroundings;
    const outcome = orderAck(relay, { caller: this.#caller, params }, this);
    if (outcome !== undefined) this.#answer(outcome);
  }

  answered(answer: GroupAnswer | undefined): void {
    if (answer === undefined) this.failed(noAnswer());
    else this.#answer(answer);
  }

  failed(error: StoreError): void {
    logFailure(this.#surroundings.log, error, { message: "a call failed", method: this.#method });
    this.#answer(refuse("relay.unavailable"));
  }

  #answer(answer: GroupAnswer | Done | Refusal): void {
    const { clock, meter } = this.#surroundings;
    const outcome = outcomeOf(answer);
    meter.called(COUNTERSIGN_V1, this.#method, outcome, (clock.now() - this.#task.since) / 1_000);
    if (answer.ok) this.#caller.accept();
    else if (isRefusal(outcome)) this.#task.refused();
    if (this.#id !== undefined) this.#send(this.#id, answer);
    this.#task.done();
  }

  #send(id: number, answer: GroupAnswer | Done | Refusal): void {
    if (!answer.ok) this.#caller.send(encodeFailure(id, answer.error));
    else if ("seq" in answer) this.#caller.sendFilled({ template: ANSWER, one: id, other: answer.seq });
    else this.#caller.send(encodeSuccess(id, {}));
  }
}

/** What `encodeSuccess` writes of the answer to a message: the id, and the seq. */
const ANSWER = new Template('{"jsonrpc":"2.0","id":', ',"result":{"seq":', "}}");
