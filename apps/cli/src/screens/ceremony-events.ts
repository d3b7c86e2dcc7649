import type { ShownParty } from "./shown-party.ts";

/** A party of a ceremony as it goes on. */
export interface ShownProgress extends ShownParty {
  readonly online: boolean;
  /** Its keys are the pinned ones, or everybody has confirmed the words. */
  readonly verified: boolean;
  /** The round of which it has sent all that belongs there. */
  readonly round: number;
  /** Whether the others wait for it now. */
  readonly waited: boolean;
}

/** What a key is, as it is shown. */
export interface ShownKey {
  readonly label: string;
  readonly id: string;
  readonly suite: string;
  readonly threshold: number;
  readonly parties: readonly { readonly number: number; readonly label: string }[];
  readonly public_key: string;
  readonly address?: string;
  /** Whose form the address has. */
  readonly network?: "mainnet" | "testnet" | "regtest";
}

/** Something that is proposed to be signed with a key, or signed. */
export interface ShownSigning {
  /** Whether all who are to sign have come. */
  readonly running: boolean;
  readonly parties: number;
  readonly joined: number;
  /** Who proposes it, if that was heard; then what it is, too. */
  readonly from?: string;
  readonly kind?: string;
  readonly name?: string;
}

/** What ceremonies have to say beyond a meeting of two. */
export type CeremonyEvent =
  /** So many of all parties have a seat; the number is the relay's word. */
  | { readonly event: "present"; readonly present: number; readonly parties: number }
  /** For whom this step waits. */
  | { readonly event: "missing"; readonly step: "link" | "words"; readonly labels: readonly string[] }
  /** All have confirmed the words, or all are pinned. */
  | { readonly event: "gathered"; readonly parties: readonly ShownParty[]; readonly verified: boolean }
  /** Where everybody stands. */
  | {
      readonly event: "ceremony";
      readonly about: string;
      /** 0 while the parties gather. */
      readonly round: number;
      readonly rounds: number;
      readonly name: string;
      /** While the parties gather: how many are to come. */
      readonly expected?: number;
      readonly parties: readonly ShownProgress[];
    }
  /** Half of the time for this round is gone. */
  | {
      readonly event: "late";
      readonly round: number;
      readonly name: string;
      readonly missing: readonly string[];
    }
  /** What is to be signed, as this machine has read it. */
  | {
      readonly event: "review";
      /** Who proposes it, and has signed that. */
      readonly from: string;
      readonly kind: string;
      readonly lines: readonly string[];
      readonly warnings: readonly string[];
      /** The same on every screen, or it is not the same payload, roster or session. */
      readonly digest: string;
    }
  | ({ readonly event: "key-made" } & ShownKey)
  | {
      readonly event: "signed";
      readonly file?: string;
      /** 64 bytes in hexadecimal digits. */
      readonly signature?: string;
      readonly txid?: string;
      /** As the network takes it, in hexadecimal digits. */
      readonly transaction?: string;
    }
  /** Another holder of the key proposes something, or says what was signed. */
  | {
      readonly event: "proposed";
      readonly key: string;
      readonly from: string;
      readonly kind: string;
      readonly name?: string;
    }
  /** What the others propose and sign with a key now. */
  | { readonly event: "key-status"; readonly key: string; readonly signings: readonly ShownSigning[] }
  /** What was proposed will not be signed: who proposed it has cancelled it, or it came to nothing. */
  | {
      readonly event: "proposal-ended";
      readonly key: string;
      readonly from: string;
      readonly kind: string;
      readonly name?: string;
      readonly how: "cancelled" | "failed";
    }
  | {
      readonly event: "signed-by-others";
      readonly key: string;
      readonly from: string;
      readonly signature?: string;
      readonly txid?: string;
    }
  | { readonly event: "record"; readonly file: string }
  | {
      readonly event: "record-verified";
      readonly kind: string;
      readonly confirmation: string;
      readonly threshold: number;
      readonly protocol: string;
      readonly rounds: number;
      readonly outcome: string;
      /** What all have signed. */
      readonly head: string;
      readonly parties: readonly { readonly number: number; readonly label: string; readonly ed25519: string }[];
    }
  | { readonly event: "backup"; readonly label: string; readonly id: string; readonly file: string }
  | { readonly event: "restored"; readonly label: string; readonly id: string }
  /** A step of a rehearsal: how long it took, and what people would have been asked in it. */
  | { readonly event: "rehearsed"; readonly step: string; readonly ms: number; readonly asked: string }
  /** Something that has to hold before a ceremony, and what to do if it does not. */
  | {
      readonly event: "check";
      readonly name: string;
      readonly ok: boolean;
      readonly found: string;
      readonly remedy?: string;
    };
