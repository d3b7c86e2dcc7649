import type { Context } from "../context.ts";
import { writeBackup } from "../store/key-store.ts";
import { type KeyFlags, keyPassphrase, keySealOf } from "./key-passphrase.ts";

/**
 * `countersign backup KEY FILE`: a copy of a share that the same passphrase opens. The share is opened for it, so that
 * nobody keeps a backup whose passphrase is not known. Throws `CommandError`.
 */
export async function backup(typed: string, file: string, { flags, context }: BackupOptions): Promise<void> {
  const passphrase = keyPassphrase(flags, context);
  const label = await context.keys.choose(typed);
  const key = await context.keys.unlock(label, passphrase);
  await writeBackup(file, key, await keySealOf(passphrase));
  context.screen.show({ event: "backup", label, id: key.facts.id, file });
}

interface BackupOptions {
  readonly flags: KeyFlags;
  readonly context: Context;
}
