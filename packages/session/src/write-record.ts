import { at, type Memory } from "./memory.ts";
import { encodeRecord } from "./record.ts";

/** The text of the record of a ceremony of which all seals are here. */
export function writeRecord({ options, parties, rounds, digests, seals, outcome }: Memory): string {
  const { transcript, kind, confirmation, threshold, protocol } = options;
  return encodeRecord({
    transcript,
    kind,
    confirmation,
    threshold,
    protocol: {
      name: protocol.name,
      rounds: rounds.map(({ name, broadcast, direct }, index) => ({
        name,
        broadcast,
        direct,
        digest: at(digests, index),
      })),
    },
    outcome: outcome ?? new Uint8Array(32),
    parties: parties.map(({ number, label, ed25519 }) => ({
      number,
      label,
      ed25519,
      signature: seals.get(number)?.signature ?? new Uint8Array(64),
    })),
  });
}
