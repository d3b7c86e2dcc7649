import type { FrameKind } from "@countersign/wire";
import type { Drop, Wake } from "../machine.ts";
import type { Failed, SessionParameters } from "../peer-group-types.ts";
import type { SasParty } from "./group-transcript.ts";
import type { Opening } from "./opening.ts";

/** The frame kinds of the group SAS. */
export type SasKind = typeof FrameKind.SAS_COMMIT | typeof FrameKind.SAS_REVEAL | typeof FrameKind.SAS_OK;

export interface GroupSasOptions {
  readonly parameters: SessionParameters;
  /** One's own number. */
  readonly self: number;
  /** All parties, oneself included, in any order. */
  readonly parties: readonly SasParty[];
  /**
   * Whether every static key equals its pin. Then the string is shown and nobody is asked: the machine is complete as
   * soon as all openings are verified, and SAS_OK is neither sent nor waited for. All parties must agree in this.
   */
  readonly verified: boolean;
  /** Uniform random bytes from the operating system's generator. */
  readonly randomBytes: (length: number) => Uint8Array;
  /**
   * The nonce that a run before a restart asked to persist: 32 bytes, secret. Never one that was marked as revealed
   * (`persist-revealed`): whoever knows it could choose other nonces for the new run and grind out the string.
   */
  readonly nonce?: Uint8Array;
  /** What a run before a restart asked to persist when it had verified all openings: the string is theirs. */
  readonly opened?: readonly Opening[];
  /** Whether that run has said SAS_OK. */
  readonly agreed?: boolean;
}

export type SasInput =
  /** All pairs are up. The first input, and given once. */
  | { readonly type: "start" }
  /** A message of one party; `from` is proven by the channel it came through, `content` is what stands behind m. */
  | { readonly type: "message"; readonly from: number; readonly kind: SasKind; readonly content: Uint8Array }
  /** The user compared the string with everybody: the same, or not. Only after the output `sas`. */
  | { readonly type: "confirm"; readonly same: boolean }
  /** The channel with a party ended; `differs` if it was closed with the reason SAS_MISMATCH. */
  | { readonly type: "lost"; readonly number: number; readonly differs?: boolean }
  | { readonly type: "time" };

/** Why a group SAS failed. */
export interface SasFailed {
  readonly type: "failed";
  readonly code: Extract<Failed["code"], "peer.sas-mismatch" | "peer.sas-aborted" | "peer.protocol">;
  /** Ascending; for a mismatch those whose view differs from ours, who need not be those who lied. */
  readonly culprits: readonly number[];
  /** A sentence for a log; holds no secret. */
  readonly detail: string;
  /** Whether this is a SAS failure to be put on disk: an end between one's own reveal and the string, or a mismatch. */
  readonly persist: boolean;
}

export type SasOutput =
  /** To be on disk before anything behind it leaves: the nonce, 32 bytes, secret. */
  | { readonly type: "persist-nonce"; readonly nonce: Uint8Array }
  /**
   * To be on disk before anything behind it leaves: the nonce is used up. A restart that finds this mark and neither the
   * openings nor a failure behind it is a SAS failure, and the nonce is never used again.
   */
  | { readonly type: "persist-revealed" }
  /** To be on disk before anything behind it leaves: all openings are verified, and a restart shows the same string. */
  | { readonly type: "persist-opened"; readonly openings: readonly Opening[] }
  /** For each of the other parties, through its channel. */
  | { readonly type: "broadcast"; readonly kind: SasKind; readonly content: Uint8Array }
  /** The string to compare: five words joined by "-", six digits. All reveals are verified. */
  | {
      readonly type: "sas";
      readonly words: string;
      readonly digits: string;
      /** The user has said yes before a restart, and need not be asked again. */
      readonly agreed?: true;
    }
  /** A party's valid SAS_OK. */
  | { readonly type: "peer-confirmed"; readonly number: number }
  /** Own yes and N−1 valid SAS_OK; or all keys pinned and all reveals verified. */
  | { readonly type: "complete" }
  | SasFailed
  | Drop
  | Wake;
