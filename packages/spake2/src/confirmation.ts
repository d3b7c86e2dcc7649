import { equalBytes } from "@noble/curves/utils.js";
import { CONFIRMATION_BYTES } from "./key-schedule.ts";
import { type ConfirmationRefusal, type Refused, refuse } from "./refusal.ts";

/**
 * Whether `received` (from the peer) is the MAC that it must be (32 bytes); RFC 9382 sections 3.3 and 4.
 * The comparison does not stop at the first difference. Never throws on bytes.
 */
export function checkConfirmation(
  received: Uint8Array,
  expected: Uint8Array,
): { readonly ok: true } | Refused<ConfirmationRefusal> {
  if (received.length !== CONFIRMATION_BYTES) return refuse("spake2.confirmation-length");
  return equalBytes(received, expected) ? { ok: true } : refuse("spake2.confirmation-mismatch");
}
