import { lstat, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { sayBytesCount } from "../screens/amounts.ts";
import { privateDirectory, unlessMissing, writeDurably } from "../store/durable-file.ts";
import type { Places } from "../store/places.ts";
import { bad, type Finding, good, reasonOf } from "./finding.ts";

/** Journals of a ceremony are small; a receiver's may take twice the largest file. */
const LEAST_FREE = 256 * 1024 * 1024;

/** Whether what has to be on disk gets there, and nobody else can read it. */
export async function checkState(places: Places): Promise<readonly Finding[]> {
  const written = await checkWriting(places.state);
  return written.ok ? [written, await checkRoom(places.state), await checkPrivacy(places)] : [written];
}

async function checkWriting(state: string): Promise<Finding> {
  try {
    await privateDirectory(state);
    const path = join(state, "doctor.probe");
    const began = performance.now();
    await writeDurably(path, new Uint8Array(1024));
    const took = performance.now() - began;
    await rm(path, { force: true });
    return good("state", `${state}, durable in ${Math.max(1, Math.round(took))} ms`);
  } catch (fault) {
    const remedy = "Make the folder writable for you, or name another one with COUNTERSIGN_HOME.";
    return bad("state", `${state} cannot be written: ${reasonOf(fault)}`, remedy);
  }
}

async function checkRoom(state: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(state);
  const free = bavail * bsize;
  if (free >= LEAST_FREE) return good("disk", `${sayBytesCount(free)} free`);
  return bad("disk", `only ${sayBytesCount(free)} free`, `Make room: ${sayBytesCount(LEAST_FREE)} at least.`);
}

async function checkPrivacy(places: Places): Promise<Finding> {
  if (process.platform === "win32") return good("privacy", "left to the system");
  const exposed: string[] = [];
  const visit = async (path: string) => {
    const found = await unlessMissing(lstat(path));
    if (found === undefined) return;
    if ((found.mode & 0o077) !== 0) exposed.push(path);
    if (found.isDirectory()) for (const name of await readdir(path)) await visit(join(path, name));
  };
  for (const path of [places.keys, places.contacts, places.sessions, places.journalKey]) await visit(path);
  const [first] = exposed;
  if (first === undefined) return good("privacy", "only you can read keys, contacts and journals");
  const found = `others can read ${exposed.length === 1 ? first : `${first} and ${exposed.length - 1} more`}`;
  return bad("privacy", found, `Run: chmod -R go= ${places.state}`);
}
