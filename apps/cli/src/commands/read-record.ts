import { type Verified, verifyRecord } from "@countersign/session";
import { nodeVerify } from "../ceremony/verify.ts";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { readNamedFile } from "../files/read-named-file.ts";

/** The record of a ceremony as all its parties have signed it, and the text of the file. Throws `CommandError` for any other. */
export async function readRecord(file: string): Promise<Verified & { readonly ok: true; readonly text: string }> {
  const text = Buffer.from(await readNamedFile(file)).toString("utf8");
  const verified = verifyRecord(text, nodeVerify);
  if (verified.ok) return { ...verified, text };
  const message = `${file} is not the record of a ceremony as its parties have signed it: ${verified.detail}.`;
  throw new CommandError(ExitStatus.mismatch, verified.code, message);
}
