import { CommandError, usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { unreadable } from "../files/read-named-file.ts";
import { readSealedKey } from "../store/key-store.ts";
import { type KeyFlags, keyPassphrase, keySealOf } from "./key-passphrase.ts";

export interface RestoreFlags extends KeyFlags {
  readonly label?: string;
}

/**
 * `countersign restore FILE`: takes a share from a backup into use, under its label or another. A backup that others can
 * read is told and not refused: it is sealed, and a stick with FAT on it cannot say otherwise. Throws `CommandError`.
 */
export async function restore(file: string, flags: RestoreFlags, context: Context): Promise<void> {
  const passphrase = keyPassphrase(flags, context);
  const warn = () => {
    const text = `Others on this machine can read ${file}: only its passphrase keeps the share from them.`;
    context.screen.show({ event: "notice", text });
  };
  const found = await readSealedKey(file, passphrase, warn).catch((cause: unknown) => {
    throw cause instanceof CommandError ? cause : unreadable(file, cause);
  });
  const key = { ...found, facts: { ...found.facts, label: flags.label ?? found.facts.label } };
  const { label, id, number } = key.facts;
  const same = (await context.keys.list()).find(({ facts }) => facts?.id === id && facts.number === number);
  if (same !== undefined) {
    throw usageError("usage.key-exists", `This share is here already, as ${same.label}. Nothing was changed.`);
  }
  await context.keys.expectFree(label);
  await context.keys.keep(key, await keySealOf(passphrase));
  context.screen.show({ event: "restored", label, id });
}
