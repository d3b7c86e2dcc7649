import { verifyEd25519 } from "@countersign/client";
import { verifyRecord } from "@countersign/session";
import { encodeHex } from "@countersign/wire";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { readNamedFile } from "../files/read-named-file.ts";

/**
 * `countersign verify-record FILE`: whether all parties of a ceremony have signed this very record. That a key is whose
 * it says, the record cannot prove: its digits are shown to be compared. Throws `CommandError` if it does not hold.
 */
export async function verifyRecordFile(file: string, { screen }: Context): Promise<void> {
  const verified = verifyRecord(Buffer.from(await readNamedFile(file)).toString("utf8"), verifyEd25519);
  if (!verified.ok) {
    const message = `${file} is not the record of a ceremony as its parties have signed it: ${verified.detail}.`;
    throw new CommandError(ExitStatus.mismatch, verified.code, message);
  }
  const { kind, confirmation, threshold, protocol, outcome, parties } = verified.record;
  screen.show({
    event: "record-verified",
    kind,
    confirmation,
    threshold,
    protocol: protocol.name,
    rounds: protocol.rounds.length,
    outcome: encodeHex(outcome),
    head: encodeHex(verified.head),
    parties: parties.map(({ number, label, ed25519 }) => ({ number, label, ed25519: encodeHex(ed25519) })),
  });
}
