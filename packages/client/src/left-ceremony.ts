import { certificateOf, createCeremony, decodeRecord, type RoundProtocol, type Verify } from "@countersign/session";
import { decodeRoundMessage } from "@countersign/wire";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { CeremonyResult } from "./ceremony-parts.ts";
import type { Clock } from "./ports.ts";
import { type SessionRecord, transcriptOf } from "./session-record.ts";
import { systemClock } from "./system.ts";
import { verifyEd25519 } from "./verify-ed25519.ts";

export interface LeftCeremonyOptions<Result> {
  /** What the journal of the session amounts to. Secret. */
  readonly record: SessionRecord;
  /** What the journal of the ceremony was given last. Secret. */
  readonly checkpoint: Uint8Array;
  readonly protocol: RoundProtocol<Result>;
  /** The record of the same ceremony that another party has written, a text. */
  readonly otherRecord?: string;
  readonly verify?: Verify;
  readonly clock?: Clock;
}

/**
 * What a process that has ended had of its ceremony.
 * - complete: everything, all seals included
 * - sealed: it has signed what came of it, so that the others may be complete; a record of one of them makes it complete
 * - open: without it nobody can be complete
 */
export type LeftCeremony<Result> =
  | { readonly type: "complete"; readonly made: CeremonyResult<Result> }
  | { readonly type: "sealed" | "open" };

/**
 * Looks at what the journals of a ceremony hold, without relay and others: a result that all have signed is not lost
 * with the session. Throws `UsageError` for a checkpoint of another ceremony.
 */
export function leftCeremony<Result>(options: LeftCeremonyOptions<Result>): LeftCeremony<Result> {
  const { record, checkpoint, protocol, otherRecord, verify = verifyEd25519, clock = systemClock } = options;
  const { parameters, number, self, trust } = record.origin;
  const { kind, threshold } = parameters;
  const { publicKey, secretKey } = self.identity.ed25519;
  const others = record.history.peers.flatMap(({ identity }) => (identity === undefined ? [] : [identity]));
  const ceremony = createCeremony({
    transcript: transcriptOf(record),
    kind,
    threshold,
    confirmation: trust.type === "pins" ? "pins" : "sas",
    protocol,
    parties: [{ number, label: self.label, ed25519: publicKey }, ...others],
    self: number,
    sign: (message) => ed25519.sign(message, secretKey),
    verify,
  });
  const now = clock.now();
  const outputs = [...ceremony.step({ type: "resume", checkpoint }, now)];
  const hear = (from: number, round: number, bytes: Uint8Array) =>
    outputs.push(...ceremony.step({ type: "message", from, round, bytes }, now));
  const theirs = otherRecord === undefined ? undefined : decodeRecord(otherRecord);
  const [somebody] = others;
  // Ahead of what they said: one of them may have ended it.
  if (theirs?.ok && somebody !== undefined) hear(somebody.number, 0, certificateOf(theirs.value));
  for (const { from, content } of record.history.inbox) {
    const message = decodeRoundMessage(content);
    if (message.ok) hear(from, message.value.round, message.value.bytes);
  }

  const complete = outputs.find((output) => output.type === "complete");
  if (complete !== undefined) {
    const { outcome, record: text, state } = complete;
    return { type: "complete", made: { result: protocol.restore(state), outcome, record: text } };
  }
  return { type: ceremony.view().round > protocol.rounds.length ? "sealed" : "open" };
}
