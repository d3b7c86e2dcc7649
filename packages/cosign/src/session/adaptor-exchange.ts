import { isSigned } from "../adaptor/key-path-inputs.ts";
import { addPreSignatures } from "../adaptor/pre-signed-psbt.ts";
import { AdaptorMail } from "./adaptor-mail.ts";
import { decodeAdaptorMessage } from "./adaptor-message.ts";
import {
  AdaptorRound,
  type AdaptorSurroundings,
  type RoundTripPlan,
  type RoundTripResult,
  readPlan,
} from "./adaptor-round.ts";
import { bytesOf, keptPreSignatures } from "./answered-rounds.ts";
import type { Patience } from "./changes.ts";
import { faults } from "./faults.ts";
import { decodeBody } from "./message-body.ts";

/** The rounds in which the two parties of a session pre-sign transactions for each other, one at a time. */
export class AdaptorExchange {
  private readonly options: AdaptorSurroundings;
  private readonly mail = new AdaptorMail();
  private isBusy = false;

  constructor(options: AdaptorSurroundings) {
    this.options = options;
  }

  /** Takes a message of the other party in. Never throws. */
  push(bytes: Uint8Array): void {
    const body = decodeBody(bytes);
    const message = body && decodeAdaptorMessage(body.payload);
    if (message !== undefined) this.mail.push(message);
  }

  /** What a responder was answered before, for all rounds of this transaction at once. Throws `MethodError`. */
  again(given: Uint8Array): RoundTripResult {
    const rounds = this.options.answered.of(readPlan({ psbt: given, keys: [] }).digest);
    const last = rounds.at(-1);
    if (last === undefined) throw faults.adaptorNotAnswered();
    const psbt = addPreSignatures(given, rounds.flatMap(keptPreSignatures));
    const { received, sent } = last;
    return { psbt, isComplete: isSigned(psbt), adaptor: bytesOf(last.adaptor), secret: undefined, sent, received };
  }

  /** Goes through a new round, with nonces and an adaptor of its own. Throws `MethodError`. */
  async run(plan: RoundTripPlan, patience: Patience): Promise<RoundTripResult> {
    if (this.isBusy) throw faults.adaptorBusy();
    this.isBusy = true;
    const round = new AdaptorRound(this.options, this.mail, { plan, patience });
    try {
      return await (plan.isInitiator ? round.begin() : round.answer());
    } catch (error) {
      round.abort("cancelled");
      throw error;
    } finally {
      this.mail.follow(undefined);
      this.isBusy = false;
    }
  }
}
