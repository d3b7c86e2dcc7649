import type { DatabaseSync } from "node:sqlite";
import { pragma } from "./schema.ts";

/** How often is looked whether there is space to give back, and how much of it at once: a write of some milliseconds. */
const INTERVAL = 1_000;
const PAGES_AT_ONCE = 256;
/** Free pages that are kept, because they will be needed again soon: this many, or a quarter of the file. */
const KEPT_PAGES = 4_096;

/**
 * Gives the space of what was dropped back to the file system, little by little, beside the work. Without it the file
 * would stay as large as it ever was.
 */
export function giveSpaceBack(database: DatabaseSync): { stop(): void } {
  const timer = setInterval(() => {
    const free = pragma(database, "freelist_count");
    if (free <= Math.max(KEPT_PAGES, pragma(database, "page_count") / 4)) return;
    try {
      database.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`);
    } catch {
      // Nothing is lost by it; whoever writes next learns what is the matter.
    }
  }, INTERVAL);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
