import { encodeMessage } from "./messages.ts";
import type { CeremonyRecord } from "./record.ts";

/**
 * The certificate in a record (spec 0005, section 6), as a message of round 0 by any of the others: for a party that has
 * sealed what came of a ceremony and did not hear the seals of all. The machine verifies what is in it.
 */
export function certificateOf({ outcome, parties }: CeremonyRecord): Uint8Array {
  return encodeMessage({ type: "certificate", outcome, signatures: parties.map(({ signature }) => signature) });
}
