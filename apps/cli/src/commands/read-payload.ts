import { basename } from "node:path";
import type { Payload } from "@countersign/signing";
import { decodeUtf8 } from "@countersign/wire";
import { CommandError, usageError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { readNamedFile } from "../files/read-named-file.ts";

export interface PayloadFlags {
  readonly message?: string;
  readonly messageFile?: string;
}

/** What is to be signed, and the name of the file that it is from. */
export interface FoundPayload {
  readonly payload: Payload;
  readonly name: string | undefined;
}

const MAGIC = Buffer.from("70736274ff", "hex");
/** Base64 of the magic, as wallets hand PSBTs about in texts. */
const MAGIC_TEXT = "cHNidP";
/** Bytes above which nothing is proposed; what the protocol takes is a little less. */
const MOST = 512 * 1024;

/** Finds what is to be signed: a PSBT in a file, or a message. Throws `CommandError`. */
export async function readPayload(file: string | undefined, flags: PayloadFlags): Promise<FoundPayload> {
  const { message, messageFile } = flags;
  if ([file, message, messageFile].filter((given) => given !== undefined).length !== 1) {
    throw usageError("usage.payload", "Say one thing to sign: a PSBT file, --message TEXT, or --message-file FILE.");
  }
  if (message === "") throw usageError("usage.payload", "There is nothing to sign.");
  if (message !== undefined) return { payload: { kind: "text", text: message }, name: undefined };
  const path = file ?? messageFile ?? "";
  const bytes = await readNamedFile(path);
  if (bytes.length > MOST)
    throw new CommandError(ExitStatus.error, "file.too-large", `${path} is too large to be signed.`);
  if (bytes.length === 0) throw usageError("usage.payload", `${path} is empty: there is nothing to sign.`);
  const name = basename(path);
  if (messageFile !== undefined) {
    const text = decodeUtf8(bytes);
    return { payload: text.ok ? { kind: "text", text: text.value } : { kind: "bytes", bytes }, name };
  }
  return { payload: { kind: "psbt", bytes: psbtOf(path, bytes) }, name };
}

function psbtOf(path: string, bytes: Uint8Array): Uint8Array {
  if (MAGIC.equals(bytes.subarray(0, MAGIC.length))) return bytes;
  const text = Buffer.from(bytes).toString("latin1").trim();
  if (text.startsWith(MAGIC_TEXT) && /^[A-Za-z0-9+/\s]+=*$/.test(text))
    return new Uint8Array(Buffer.from(text, "base64"));
  const message = `${path} is no PSBT. A text or other bytes are signed with --message-file ${path}.`;
  throw new CommandError(ExitStatus.error, "file.no-psbt", message);
}
