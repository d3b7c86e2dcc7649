import type { SigningResult } from "@countersign/signing";
import { encodeHex, utf8 } from "@countersign/wire";
import type { Context } from "../context.ts";
import { writeNewFile } from "../store/new-file.ts";

/** Shows what was signed, and writes it to a new file if there is to be one. Throws `CommandError`. */
export async function keepResult(result: SigningResult, out: string | undefined, { screen }: Context): Promise<void> {
  if (result.kind === "message") {
    const signature = encodeHex(result.signature);
    const file = out === undefined ? undefined : await writeNewFile(out, utf8(`${signature}\n`));
    return screen.show({ event: "signed", signature, ...(file === undefined ? {} : { file }) });
  }
  const file = out === undefined ? undefined : await writeNewFile(out, result.psbt);
  const transaction = result.transaction === undefined ? undefined : encodeHex(result.transaction);
  screen.show({
    event: "signed",
    ...(file === undefined ? {} : { file }),
    ...(result.txid === undefined ? {} : { txid: result.txid }),
    ...(transaction === undefined ? {} : { transaction }),
  });
}
