import { encodeHex } from "@countersign/wire";
import type { Context } from "../context.ts";
import { readRecord } from "./read-record.ts";

/**
 * `countersign verify-record FILE`: whether all parties of a ceremony have signed this very record. That a key is whose
 * it says, the record cannot prove: its digits are shown to be compared. Throws `CommandError` if it does not hold.
 */
export async function verifyRecordFile(file: string, { screen }: Context): Promise<void> {
  const { record, head } = await readRecord(file);
  const { kind, confirmation, threshold, protocol, outcome, parties } = record;
  screen.show({
    event: "record-verified",
    kind,
    confirmation,
    threshold,
    protocol: protocol.name,
    rounds: protocol.rounds.length,
    outcome: encodeHex(outcome),
    head: encodeHex(head),
    parties: parties.map(({ number, label, ed25519 }) => ({ number, label, ed25519: encodeHex(ed25519) })),
  });
}
