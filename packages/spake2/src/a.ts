import { clean } from "@noble/hashes/utils.js";
import { checkConfirmation } from "./confirmation.ts";
import { checkPeerShare } from "./group.ts";
import { type KeySchedule, keySchedule } from "./key-schedule.ts";
import { Lifetime } from "./lifetime.ts";
import { type PartyOptions, readOptions } from "./options.ts";
import type { ConfirmationRefusal, Refused, ShareRefusal } from "./refusal.ts";
import { transcript } from "./transcript.ts";

/** A before it has B's share. */
export interface PartyA {
  /** pA, 65 bytes, public: send it to B. */
  readonly share: Uint8Array;
  /**
   * Takes pB (from B, public) and derives the keys; w and x are wiped then, and a second share throws UsageError
   * `usage.share-consumed`. Refuses bytes with a code and never throws on them.
   *
   * Deviation: RFC 9382 section 7 ends the run at a bad share, whereas here A stays as it was and the caller decides:
   * `destroy()` and give up, or drop the bytes and wait for better ones, so that forged shares cannot end a run.
   */
  consumeShare(pB: Uint8Array): UnconfirmedA | Refused<ShareRefusal>;
  /** Wipes w and x; `consumeShare` throws UsageError `usage.destroyed` from then on. */
  destroy(): void;
}

/** A with keys that nobody has confirmed yet: what they are worth is known after `verify`. */
export interface UnconfirmedA {
  readonly ok: true;
  /** cA, 32 bytes, public: send it to B, who answers with cB. Sending it lets the receiver test one guess of w. */
  readonly confirmation: Uint8Array;
  /**
   * Compares cB (from B) without stopping at the first difference; Ke only if it is right. Refuses bytes with a code,
   * changing nothing, and never throws on them. Throws UsageError `usage.destroyed` after `destroy`.
   */
  verify(cB: Uint8Array): ConfirmedA | Refused<ConfirmationRefusal>;
  /**
   * Ke before B has confirmed it, for a first message that leaves together with cA: 16 bytes, secret, a copy.
   *
   * Deviation: RFC 9382 section 3.3 keeps Ke back until the peer's confirmation is checked. What is sealed under it
   * together with cA tells its receiver no more than cA does: whether one guess of w was right. So use it for nothing
   * that must be kept from whoever is on the other end, and accept nothing under it before `verify`. Throws UsageError
   * `usage.destroyed` after `destroy`.
   */
  unconfirmedKe(): Uint8Array;
  /** Wipes the keys, but not the copies of Ke that were given out. */
  destroy(): void;
}

/** The end of A's run: B has the same w, identities, AAD and shares. */
export interface ConfirmedA {
  readonly ok: true;
  /** The output of the protocol, 16 bytes, secret; a copy, to be wiped by the caller. */
  readonly Ke: Uint8Array;
}

/**
 * Starts a run as A, who confirms first; RFC 9382 sections 3.1 and 3.3. Throws UsageError `usage.bytes`, `usage.w-range`
 * or `usage.aad-length` for options that are not as described.
 */
export function createA(options: PartyOptions): PartyA {
  const { w, ephemeral: x, A, B, AAD, backend } = readOptions(options);
  const secrets = new Lifetime(w, x);
  const arithmetic = backend.beginA(w, x);
  const pA = arithmetic.share;
  return {
    share: pA.slice(),
    consumeShare(pB) {
      secrets.assertNotEnded();
      const checked = checkPeerShare(pB, pA);
      if (!checked.ok) return checked;
      const K = arithmetic.computeK(pB);
      const TT = transcript({ A, B, pA, pB, K, w });
      const keys = keySchedule(TT, AAD);
      clean(K, TT);
      secrets.end("usage.share-consumed");
      return unconfirmed(keys);
    },
    destroy: () => secrets.end("usage.destroyed"),
  };
}

function unconfirmed({ Ke, cA, cB }: KeySchedule): UnconfirmedA {
  const secrets = new Lifetime(Ke, cB);
  return {
    ok: true,
    confirmation: cA,
    verify(received) {
      secrets.assertNotEnded();
      const checked = checkConfirmation(received, cB);
      return checked.ok ? { ok: true, Ke: Ke.slice() } : checked;
    },
    unconfirmedKe() {
      secrets.assertNotEnded();
      return Ke.slice();
    },
    destroy: () => secrets.end("usage.destroyed"),
  };
}
