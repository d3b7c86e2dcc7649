import { join } from "node:path";
import { utf8 } from "@countersign/wire";
import type { Context } from "../context.ts";
import { nameOf } from "../store/label-names.ts";
import { writeNewFile } from "../store/new-file.ts";

/** Writes the record of a ceremony into the working directory, and says so. Throws `CommandError`. */
export async function writeRecord(name: string, record: string, { screen }: Context): Promise<void> {
  const file = await writeNewFile(join(".", `${nameOf(name)}.record.json`), utf8(record));
  screen.show({ event: "record", file });
}
