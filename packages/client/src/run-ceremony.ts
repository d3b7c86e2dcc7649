import { type CeremonyTerms, createCeremony, type RoundProtocol, type Verify } from "@countersign/session";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { CeremonyJournal } from "./ceremony-journal.ts";
import { CeremonyRun } from "./ceremony-run.ts";
import type { FullIdentity } from "./identity.ts";
import type { Clock } from "./ports.ts";
import type { Session } from "./session.ts";
import type { SessionEvent } from "./session-event.ts";
import { systemClock } from "./system.ts";
import { verifyEd25519 } from "./verify-ed25519.ts";

export interface CeremonyRunOptions<Result> {
  /** One that is ready. */
  readonly session: Session;
  /** Those of the session, of which nothing behind `ready` was taken yet. */
  readonly events: AsyncIterable<SessionEvent>;
  /** What `ready` said. */
  readonly ready: Extract<SessionEvent, { readonly type: "ready" }>;
  /** As the others know this party. */
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly protocol: RoundProtocol<Result>;
  readonly journal: CeremonyJournal;
  /** What the journal was given last by a process before this one, which was in the same session. */
  readonly checkpoint?: Uint8Array;
  readonly clock?: Clock;
  /** Of all statements; `verifyEd25519` by default. Another one has to give the same answers, as `quickVerifier` does. */
  readonly verify?: Verify;
  /** Signs one's own statements with the Ed25519 key of `self` (RFC 8032, which leaves no choice); `@noble/curves` by default. */
  readonly sign?: (message: Uint8Array) => Uint8Array;
}

/**
 * Runs a protocol of rounds with all parties of a session: from `ready` to a result that all of them have signed. A
 * process that is killed comes back into it: `resumeSession`, then this with the checkpoint that was written last. The
 * session is in its hands from then on; `close` ends both.
 */
export function runCeremony<Result>(options: CeremonyRunOptions<Result>): CeremonyRun<Result> {
  const { session, events, protocol, journal, clock = systemClock, checkpoint, verify = verifyEd25519 } = options;
  const { secretKey } = options.self.identity.ed25519;
  const ceremony = createCeremony({
    ...termsOf(options),
    self: session.number,
    sign: options.sign ?? ((message) => ed25519.sign(message, secretKey)),
    verify,
  });
  return new CeremonyRun({ session, events, ceremony, protocol, journal, clock, checkpoint });
}

function termsOf({ session, ready, self, protocol }: CeremonyRunOptions<unknown>): CeremonyTerms {
  const { kind, threshold } = session.parameters;
  const own = { number: session.number, label: self.label, ed25519: self.identity.ed25519.publicKey };
  const others = ready.pins.map(({ number, label, ed25519 }) => ({ number, label, ed25519 }));
  const { transcript } = ready;
  return { transcript, kind, threshold, confirmation: session.confirmation, protocol, parties: [own, ...others] };
}
