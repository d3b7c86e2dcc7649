import { encodeHex, equalBytes } from "@countersign/wire";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@scure/btc-signer/utils.js";
import { isSigned } from "../adaptor/key-path-inputs.ts";
import { isPoint, type Objection, PreSigning } from "../adaptor/pre-signing.ts";
import type { AdaptorMail } from "./adaptor-mail.ts";
import { type AbortReason, type AdaptorMessage, type Commitments, encodeAdaptorMessage } from "./adaptor-message.ts";
import { type AnsweredRounds, keepPreSignatures } from "./answered-rounds.ts";
import type { Changes, Patience } from "./changes.ts";
import { faults } from "./faults.ts";
import { limits } from "./limits.ts";
import { encodeBody } from "./message-body.ts";
import type { Wire } from "./wire.ts";

/** The round of the session in which round trips travel: what callers send has another one. */
export const ADAPTOR_ROUND = 1;

/** What a caller wants to be pre-signed. */
export interface RoundTripPlan {
  readonly psbt: Uint8Array;
  readonly isInitiator: boolean;
  /** The secret of the adaptor, 32 bytes, of an initiator that has one; else it is drawn. */
  readonly secret: Uint8Array | undefined;
  /** The keys of coins that this daemon has. Secret. */
  readonly keys: readonly Uint8Array[];
}

/** What came of it. */
export interface RoundTripResult {
  readonly psbt: Uint8Array;
  readonly isComplete: boolean;
  /** The adaptor point, 33 bytes. */
  readonly adaptor: Uint8Array;
  /** Its secret, for the initiator. */
  readonly secret: Uint8Array | undefined;
  readonly sent: number;
  readonly received: number;
}

/** What the rounds of a session work with. */
export interface AdaptorSurroundings {
  readonly wire: Wire;
  readonly changes: Changes;
  readonly randomBytes: (length: number) => Uint8Array;
  /** What the other party calls itself. */
  peer(): string;
  /** Throws if the session has ended. */
  check(): void;
  /** Rounds in which this party gave its part; resolves when they are durable. */
  readonly answered: AnsweredRounds;
  keep(): Promise<void>;
}

/** One call: a round as its initiator; or as its responder, in which the initiator may have begun anew. */
export class AdaptorRound {
  private readonly options: AdaptorSurroundings;
  private readonly mail: AdaptorMail;
  private readonly plan: RoundTripPlan;
  private readonly patience: Patience;
  /** The round that the other party has to be told of if it ends before its time. */
  private current: string | undefined;
  private sent = 0;
  private received = 0;

  constructor(
    options: AdaptorSurroundings,
    mail: AdaptorMail,
    { plan, patience }: { readonly plan: RoundTripPlan; readonly patience: Patience },
  ) {
    this.options = options;
    this.mail = mail;
    this.plan = plan;
    this.patience = patience;
  }

  /** As the initiator, who makes the adaptor. */
  async begin(): Promise<RoundTripResult> {
    const { randomBytes } = this.options;
    const secret = this.plan.secret ?? drawSecret(randomBytes);
    const adaptor = secp256k1.getPublicKey(secret, true);
    const signing = readPlan(this.plan);
    const round = encodeHex(randomBytes(16));
    this.current = round;
    this.mail.follow(round);
    this.send(this.commit(signing, round, adaptor, true));
    this.check(await this.expect("commitments"), signing);
    // Good for nothing without the secret, so it may go first.
    this.send({ type: "partials", round, partials: signing.partials() });
    const { partials } = await this.expect("partials");
    this.object(signing.takePartials(partials));
    const psbt = signing.completed(secret);
    return this.finish({ psbt, adaptor, secret, isComplete: isSigned(psbt) });
  }

  /** As the responder, who gives its part last. */
  async answer(): Promise<RoundTripResult> {
    for (let signing = readPlan(this.plan); ; signing = readPlan(this.plan)) {
      const opening = await this.until(() => this.mail.takeOpening());
      if (opening === undefined) throw faults.adaptorTimeout(this.options.peer());
      const { adaptor, round } = opening;
      this.received += 1;
      this.current = round;
      if (adaptor === undefined || !isPoint(adaptor)) throw this.refuse("invalid", "the adaptor is no point");
      this.check(opening, signing);
      this.send(this.commit(signing, round, adaptor, false));
      const answer = await this.until(() => this.mail.take() ?? (this.mail.hasOpening ? "begun anew" : undefined));
      // What was said in the former round gives nothing away: no pre-signature has left.
      if (answer === "begun anew" || isGivenUp(answer)) continue;
      const { partials } = this.accept("partials", answer);
      this.object(signing.takePartials(partials));
      const psbt = signing.preSigned();
      // Only then, since with this the other party can complete the transaction: what it takes to learn the secret from
      // that has to be on the disk, whatever becomes of this process and of the answer.
      await this.note(signing, adaptor);
      this.send({ type: "partials", round, partials: signing.partials() });
      return this.finish({ psbt, adaptor, secret: undefined, isComplete: isSigned(psbt) });
    }
  }

  /** Tells the other party, once, unless it is over. */
  abort(reason: AbortReason): void {
    const round = this.current;
    this.current = undefined;
    if (round === undefined) return;
    try {
      this.send({ type: "abort", round, reason });
    } catch {
      // The session has ended, which says as much.
    }
  }

  private commit(signing: PreSigning, round: string, adaptor: Uint8Array, begins: boolean): Commitments {
    const { randomBytes, wire } = this.options;
    const entropy = concatBytes(randomBytes(32), wire.parameters.session, Uint8Array.of(wire.number));
    const commitments = signing.commit({ adaptor, entropy });
    return {
      type: "commitments",
      round,
      transaction: signing.digest,
      adaptor: begins ? adaptor : undefined,
      commitments,
    };
  }

  private async note(signing: PreSigning, adaptor: Uint8Array): Promise<void> {
    const { answered, keep } = this.options;
    answered.add({
      transaction: encodeHex(signing.digest),
      adaptor: encodeHex(adaptor),
      preSignatures: keepPreSignatures(signing.preSignatures()),
      sent: this.sent + 1,
      received: this.received,
    });
    await keep();
  }

  private check({ commitments, transaction }: Commitments, signing: PreSigning): void {
    if (!equalBytes(transaction, signing.digest)) throw this.refuse("other-transaction");
    this.object(signing.takeCommitments(commitments));
  }

  private object(objection: Objection): void {
    if (objection !== undefined) throw this.refuse("invalid", objection);
  }

  private refuse(reason: "invalid" | "other-transaction", objection = ""): Error {
    this.abort(reason);
    const peer = this.options.peer();
    return reason === "invalid" ? faults.adaptorInvalid(peer, objection) : faults.adaptorMismatch(peer);
  }

  private async expect<Type extends AdaptorMessage["type"]>(
    type: Type,
  ): Promise<Extract<AdaptorMessage, { readonly type: Type }>> {
    return this.accept(type, await this.until(() => this.mail.take()));
  }

  private accept<Type extends AdaptorMessage["type"]>(
    type: Type,
    message: AdaptorMessage | undefined,
  ): Extract<AdaptorMessage, { readonly type: Type }> {
    const peer = this.options.peer();
    if (message === undefined) {
      this.abort("timeout");
      throw faults.adaptorTimeout(peer);
    }
    this.received += 1;
    if (isOf(message, type)) return message;
    if (message.type !== "abort") throw this.refuse("invalid", "a message out of turn");
    this.current = undefined;
    throw message.reason === "other-transaction"
      ? faults.adaptorMismatch(peer)
      : faults.adaptorAborted(peer, message.reason);
  }

  private until<T>(find: () => T | undefined): Promise<T | undefined> {
    const { changes, check } = this.options;
    const look = () => {
      const found = find();
      if (found === undefined) check();
      return found;
    };
    return changes.until(look, this.patience);
  }

  private send(message: AdaptorMessage): void {
    const { check, wire } = this.options;
    check();
    const bytes = encodeBody({ payload: encodeAdaptorMessage(message) });
    wire.send({ bytes, to: 0, round: ADAPTOR_ROUND });
    this.sent += 1;
  }

  private async finish(made: Omit<RoundTripResult, "sent" | "received">): Promise<RoundTripResult> {
    this.current = undefined;
    // What was given for the result arrives, whatever becomes of this process.
    await this.options.wire.kept();
    return { ...made, sent: this.sent, received: this.received };
  }
}

/** A round of what a caller wants to be pre-signed. Throws `MethodError`. */
export function readPlan({ keys, psbt }: Pick<RoundTripPlan, "keys" | "psbt">): PreSigning {
  let signing: PreSigning;
  try {
    signing = new PreSigning({ psbt, keys });
  } catch (error) {
    throw faults.adaptorPsbt(error instanceof Error ? error.message : "it cannot be read");
  }
  if (signing.size === 0) throw faults.adaptorPsbt("no input is left to be signed by the key path of Taproot");
  if (signing.size > limits.adaptorInputs) throw faults.adaptorPsbt(`more than ${limits.adaptorInputs} inputs`);
  return signing;
}

/** Whether the other party has let go of the round without any objection: it may begin another one. */
function isGivenUp(message: AdaptorMessage | undefined): boolean {
  return message?.type === "abort" && (message.reason === "timeout" || message.reason === "cancelled");
}

function isOf<Type extends AdaptorMessage["type"]>(
  message: AdaptorMessage,
  type: Type,
): message is Extract<AdaptorMessage, { readonly type: Type }> {
  return message.type === type;
}

function drawSecret(randomBytes: (length: number) => Uint8Array): Uint8Array {
  for (;;) {
    const secret = randomBytes(32);
    if (secp256k1.utils.isValidSecretKey(secret)) return secret;
  }
}
