import type { RawJson } from "./raw-json.ts";

/** What a session of this dialect is for. */
export type MpcKind = "keygen" | "sign";

export interface MpcParameters {
  readonly parties: number;
  readonly threshold: number;
}

/** A group, as `Group.join` answers it. */
export interface MpcGroup {
  readonly uuid: string;
  readonly params: MpcParameters;
  readonly label: string;
}

/** A session, as it is answered and announced. */
export interface MpcSession {
  readonly uuid: string;
  readonly kind: MpcKind;
  /** Whatever its creator attached, or null. */
  readonly value: RawJson;
}

/** What one party says to all others or to one. */
export interface MpcMessage {
  readonly round: number;
  readonly sender: number;
  /** Null: for all others. */
  readonly receiver: number | null;
  readonly uuid: string;
  readonly body: RawJson;
}

/** A proposal of something to sign. */
export interface MpcProposal {
  readonly sessionId: string;
  readonly proposalId: string;
  readonly message: RawJson;
}

/** What a method answers; undefined where the answer is empty. */
export type MpcResult = string | number | MpcGroup | MpcSession | undefined;

/** Everything that a relay says unasked. */
export type MpcEvent =
  | { readonly name: "sessionCreate"; readonly session: MpcSession }
  | { readonly name: "sessionSignup" | "sessionLoad"; readonly session: string }
  | { readonly name: "sessionMessage"; readonly message: MpcMessage }
  | { readonly name: "sessionClosed"; readonly numbers: readonly number[] }
  | { readonly name: "notifyProposal"; readonly proposal: MpcProposal }
  | { readonly name: "notifySigned"; readonly value: RawJson };
