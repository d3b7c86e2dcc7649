import type { RoundProtocol, RoundShape, Step } from "./round-protocol.ts";

/** A moment, handed in by whoever runs the machine. */
export interface Instant {
  /** Milliseconds of a clock that never goes back. */
  readonly ms: number;
}

/** A party of a ceremony as all others know it. All public. */
export interface CeremonyParty {
  /** 1 to 255; in a session that signs with a key, its number of the key. */
  readonly number: number;
  readonly label: string;
  /** Ed25519 public key, 32 bytes. */
  readonly ed25519: Uint8Array;
}

export type CeremonyKind = "keygen" | "sign" | "exchange";
/** How the parties know that they talk to each other: they compared a string, or they had each other's keys. */
export type Confirmation = "sas" | "pins";

/** What all parties have alike, or the ceremony fails in its first round. */
export interface CeremonyTerms {
  /** GT, the group transcript of the session (spec 0003, section 8), 32 bytes. */
  readonly transcript: Uint8Array;
  readonly kind: CeremonyKind;
  readonly threshold: number;
  readonly confirmation: Confirmation;
  /** Name and rounds of the protocol. */
  readonly protocol: { readonly name: string; readonly rounds: readonly RoundShape[] };
  /** All parties, this one included, in any order: 2 to 255. */
  readonly parties: readonly CeremonyParty[];
}

export interface CeremonyOptions extends CeremonyTerms {
  /** This party's number. */
  readonly self: number;
  /** Signs with this party's Ed25519 key: 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  readonly verify: Verify;
}

/** Verifies an Ed25519 signature; false for what is none. Never throws. */
export type Verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/** What can happen to a ceremony. */
export type CeremonyInput =
  /** The session is ready: first input of a ceremony that begins. */
  | { readonly type: "start" }
  /** First input after a restart: the checkpoint that was written last. */
  | { readonly type: "resume"; readonly checkpoint: Uint8Array }
  /** A message of another party, from its channel; `round` as it was sent with. */
  | { readonly type: "message"; readonly from: number; readonly round: number; readonly bytes: Uint8Array }
  /** What the protocol answered to `begin` or `round-ready`. */
  | { readonly type: "step"; readonly step: Step<unknown> }
  | { readonly type: "persisted"; readonly id: number }
  /** A hint of the relay, for the view only. */
  | { readonly type: "presence"; readonly number: number; readonly online: boolean }
  /** The user wants to stop it. `reason`: for the others, at most 200 bytes. */
  | { readonly type: "abort"; readonly reason: string }
  | { readonly type: "time" };

/** What is to be done. */
export type CeremonyOutput =
  /** Call `protocol.begin()` and bring its answer back as `step`. */
  | { readonly type: "begin" }
  /** Call `protocol.advance(state, round, received)` and bring its answer back as `step`. */
  | ({ readonly type: "round-ready" } & RoundReady)
  /** Over the channels, to one party or, for 0, to each of the others. */
  | { readonly type: "send"; readonly to: number; readonly round: number; readonly bytes: Uint8Array }
  /** Replaces all checkpoints before it; what stands behind it is held back until `persisted`. Secret: keep it sealed. */
  | { readonly type: "persist"; readonly id: number; readonly checkpoint: Uint8Array }
  /** Asks for `time` at that moment; `undefined` takes it back. */
  | { readonly type: "wake"; readonly at: number | undefined }
  /** Half of a round's time is over, and these are missing. Nothing is lost yet. */
  | { readonly type: "late"; readonly round: number; readonly name: string; readonly missing: readonly number[] }
  | CeremonyComplete
  /** Behind `complete`: everybody is done, or had the time for it. The session may be closed. */
  | { readonly type: "over" }
  | CeremonyFailed
  /** Bytes that changed nothing. */
  | { readonly type: "drop"; readonly code: string; readonly from: number };

type Advance = Parameters<RoundProtocol<unknown>["advance"]>;
export interface RoundReady {
  /** Secret. */
  readonly state: Advance[0];
  readonly round: Advance[1];
  readonly received: Advance[2];
}

/** All parties have signed the same outcome. */
export interface CeremonyComplete {
  readonly type: "complete";
  /** 32 bytes, public. */
  readonly outcome: Uint8Array;
  /** The state of `done`, for `restore`. Secret. */
  readonly state: Uint8Array;
  /** The text of the ceremony record (spec 0005, section 8). Public. */
  readonly record: string;
}

/** Terminal. */
export interface CeremonyFailed {
  readonly type: "failed";
  readonly code: CeremonyFailureCode;
  /**
   * Those whom this party itself has found at fault. For `peer.timeout` those who were waited for; for `peer.differs`
   * those who see something else than this party.
   */
  readonly culprits: readonly number[];
  /** For `peer.aborted`: who said so. */
  readonly by?: number;
  /**
   * A claim, no more. For `peer.aborted`: whom that party blames, or who it says has ended it and whom that one blames;
   * for `peer.timeout`: whom the culprits say that they wait for themselves.
   */
  readonly blamed?: readonly number[];
  /** The round that it failed in; the closing is one above the last, 0 is before the first. */
  readonly round: number;
  readonly name: string;
  /** A sentence for a person. */
  readonly detail: string;
}

/**
 * - peer.timeout: the culprits did not send what was waited for
 * - peer.equivocation: the culprits said different things to different parties, and signed both
 * - peer.protocol: the culprits sent what no correct party sends
 * - peer.differs: the culprits have other terms or another outcome
 * - peer.aborted: another party ended it, see `by` and `blamed`
 * - protocol.failed: the protocol gave up, see `culprits` and `detail`
 * - local.aborted: this party's user ended it
 */
export type CeremonyFailureCode =
  | "peer.timeout"
  | "peer.equivocation"
  | "peer.protocol"
  | "peer.differs"
  | "peer.aborted"
  | "protocol.failed"
  | "local.aborted";

/** Where a ceremony stands. */
export interface CeremonyView {
  readonly phase: "created" | "computing" | "gathering" | "disputing" | "closing" | "complete" | "over" | "failed";
  /** The round whose messages this party waits for or, while it computes, has; the closing is one above the last. */
  readonly round: number;
  readonly name: string;
  /** When the others' time is up, in ms of the same clock as `now`. */
  readonly deadline: number | undefined;
  readonly parties: readonly PartyView[];
}

/** Where another party stands, as far as is known here. */
export interface PartyView {
  readonly number: number;
  readonly label: string;
  readonly online: boolean;
  /** The highest round of which all of its messages for this party are here. */
  readonly round: number;
  /** Whether it is what this party waits for. */
  readonly waitedFor: boolean;
  /** Whom it said it waits for itself. */
  readonly waitsFor: readonly number[];
}

/**
 * The machine of a ceremony: everything that happens goes in by one synchronous verb, everything to do comes out as
 * data. Bytes of peers never make it throw; calling it wrongly throws `UsageError`.
 */
export interface Ceremony {
  step(input: CeremonyInput, now: Instant): readonly CeremonyOutput[];
  /** To be looked at after any step. */
  view(): CeremonyView;
}
