import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Lends a folder that is gone afterwards, whatever happens, unless this process is killed. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-example-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const exit = () => process.exit(1);
  process.once("exit", remove);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, exit);
  try {
    return await use(folder);
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, exit);
    process.off("exit", remove);
    remove();
  }
}
