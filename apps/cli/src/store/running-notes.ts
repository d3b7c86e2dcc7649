import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { privateDirectory, unlessMissing } from "./durable-file.ts";
import { Label, Number255, parseJson, Time } from "./fields.ts";

const Party = v.strictObject({
  number: Number255,
  label: Label,
  self: v.boolean(),
  online: v.boolean(),
  verified: v.boolean(),
  round: v.pipe(v.number(), v.integer(), v.minValue(0)),
  waited: v.boolean(),
});

const Note = v.strictObject({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  since: Time,
  about: v.string(),
  round: v.number(),
  rounds: v.number(),
  name: v.string(),
  /** While the parties gather: how many are to come. */
  expected: v.exactOptional(Number255),
  parties: v.array(Party),
});

/** What a ceremony that runs on this machine says of itself. Holds no secret. */
export type RunningNote = v.InferOutput<typeof Note>;

/** Where ceremonies note how far they are, one file for each process, so that another process can show it. */
export class RunningNotes {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The notes of all processes that live; what others have left behind when they were killed goes. */
  async list(): Promise<readonly RunningNote[]> {
    const notes: RunningNote[] = [];
    for (const name of (await unlessMissing(readdir(this.directory))) ?? []) {
      const path = join(this.directory, name);
      const text = name.endsWith(".json") ? await unlessMissing(readFile(path, "utf8")) : undefined;
      const parsed = text === undefined ? undefined : parseJson(Note, text);
      if (!parsed?.ok) continue;
      if (isAlive(parsed.value.pid)) notes.push(parsed.value);
      else await rm(path, { force: true });
    }
    return notes.sort((a, b) => a.since.localeCompare(b.since));
  }

  /** Replaces what this process has noted. It is for the eye only, so that a crash may lose it. */
  async write(note: RunningNote): Promise<void> {
    await privateDirectory(this.directory);
    const temporary = join(this.directory, `${note.pid}.${randomBytes(6).toString("hex")}.tmp`);
    await writeFile(temporary, JSON.stringify(note), { mode: 0o600 });
    await rename(temporary, this.path(note.pid));
  }

  async remove(pid: number): Promise<void> {
    await rm(this.path(pid), { force: true });
  }

  private path(pid: number): string {
    return join(this.directory, `${pid}.json`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
