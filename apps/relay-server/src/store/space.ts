import type { DatabaseSync } from "node:sqlite";
import { pragma } from "./schema.ts";

/** Milliseconds between two looks at whether there is space to give back. */
export const SPACE_INTERVAL = 1_000;
/** What is given back at once: a write of some milliseconds. */
const PAGES_AT_ONCE = 256;
/** Free pages (16 MiB) that are kept in any case, because they will be needed again soon. */
const KEPT_PAGES = 4_096;

/**
 * Gives some of the space of what was dropped back to the file system, if more than a quarter of the file is free.
 * Answers whether it did. Without it the file would stay as large as it ever was.
 */
export function giveSpaceBack(database: DatabaseSync, { kept = KEPT_PAGES } = {}): boolean {
  const free = pragma(database, "freelist_count");
  if (free <= Math.max(kept, pragma(database, "page_count") / 4)) return false;
  try {
    database.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`);
    return true;
  } catch {
    // Nothing is lost by it, and whoever writes next learns what is the matter.
    return false;
  }
}
