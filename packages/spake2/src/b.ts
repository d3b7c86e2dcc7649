import { clean } from "@noble/hashes/utils.js";
import { checkConfirmation } from "./confirmation.ts";
import { checkPeerShare } from "./group.ts";
import { type KeySchedule, keySchedule } from "./key-schedule.ts";
import { Lifetime } from "./lifetime.ts";
import { type PartyOptions, readOptions } from "./options.ts";
import type { ConfirmationRefusal, Refused, ShareRefusal } from "./refusal.ts";
import { transcript } from "./transcript.ts";

/** B before it has A's share. */
export interface PartyB {
  /** pB, 65 bytes, public: send it to A. */
  readonly share: Uint8Array;
  /**
   * Takes pA (from A, public) and derives the keys; w and y are wiped then, and a second share throws UsageError
   * `usage.share-consumed`. Refuses bytes with a code and never throws on them.
   *
   * Deviation: as in PartyA, B stays as it was after a bad share, and the caller decides whether to give up.
   */
  consumeShare(pA: Uint8Array): UnconfirmedB | Refused<ShareRefusal>;
  /** Wipes w and y; `consumeShare` throws UsageError `usage.destroyed` from then on. */
  destroy(): void;
}

/** B with keys that nobody has confirmed yet: there is no way to Ke or cB but through `verify`. */
export interface UnconfirmedB {
  readonly ok: true;
  /**
   * Compares cA (from A) without stopping at the first difference; Ke and cB only if it is right: until then nothing of
   * B's lets anybody test a guess of w. Refuses bytes with a code, changing nothing, and never throws on them. Throws
   * UsageError `usage.destroyed` after `destroy`.
   */
  verify(cA: Uint8Array): ConfirmedB | Refused<ConfirmationRefusal>;
  /** Wipes the keys, but not the copies that `verify` gave out. */
  destroy(): void;
}

/** The end of B's run: A has the same w, identities, AAD and shares. */
export interface ConfirmedB {
  readonly ok: true;
  /** The output of the protocol, 16 bytes, secret; a copy, to be wiped by the caller. */
  readonly Ke: Uint8Array;
  /** cB, 32 bytes, public: send it to A. */
  readonly confirmation: Uint8Array;
}

/**
 * Starts a run as B, who answers A's confirmation; RFC 9382 sections 3.1 and 3.3. Throws UsageError `usage.bytes`, `usage.w-range`
 * or `usage.aad-length` for options that are not as described.
 */
export function createB(options: PartyOptions): PartyB {
  const { w, ephemeral: y, A, B, AAD, backend } = readOptions(options);
  const secrets = new Lifetime(w, y);
  const arithmetic = backend.beginB(w, y);
  const pB = arithmetic.share;
  return {
    share: pB.slice(),
    consumeShare(pA) {
      secrets.assertNotEnded();
      const checked = checkPeerShare(pA, pB);
      if (!checked.ok) return checked;
      const K = arithmetic.computeK(pA);
      const TT = transcript({ A, B, pA, pB, K, w });
      const keys = keySchedule(TT, AAD);
      clean(K, TT);
      secrets.end("usage.share-consumed");
      return unconfirmed(keys);
    },
    destroy: () => secrets.end("usage.destroyed"),
  };
}

function unconfirmed({ Ke, cA, cB }: KeySchedule): UnconfirmedB {
  const secrets = new Lifetime(Ke, cA, cB);
  return {
    ok: true,
    verify(received) {
      secrets.assertNotEnded();
      const checked = checkConfirmation(received, cA);
      return checked.ok ? { ok: true, Ke: Ke.slice(), confirmation: cB.slice() } : checked;
    },
    destroy: () => secrets.end("usage.destroyed"),
  };
}
