import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OwnNote, type Stand } from "../src/ceremony/own-note.ts";
import { RunningNotes } from "../src/store/running-notes.ts";

const party = { online: true, verified: false, round: 0, waited: false };
const stand: Stand = {
  round: 0,
  rounds: 0,
  name: "words",
  expected: 2,
  parties: [
    { ...party, number: 1, label: "alice", self: true },
    { ...party, number: 2, label: "bob", self: false, waited: true },
  ],
};

let home: string;
let notes: RunningNotes;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-note-"));
  notes = new RunningNotes(join(home, "running"));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

/** Who is waited for, as another process reads it. */
async function waited(): Promise<readonly string[] | undefined> {
  const [note] = await notes.list();
  return note?.parties.filter((one) => one.waited).map(({ label }) => label);
}

describe("the note of a ceremony", () => {
  it("says that this party is waited for while its user is asked", async () => {
    const note = new OwnNote(notes, "The key");
    const answer = Promise.withResolvers<boolean>();
    const asked = note.asking(answer.promise);
    note.show(stand);
    await vi.waitFor(async () => expect(await waited()).toEqual(["alice", "bob"]));
    expect(await notes.list()).toEqual([
      expect.objectContaining({ pid: process.pid, about: "The key", name: "words", expected: 2 }),
    ]);
    answer.resolve(true);
    expect(await asked).toBe(true);
    await vi.waitFor(async () => expect(await waited()).toEqual(["bob"]));
    await note.end();
  });

  it("is gone when it has ended, also if a question ends behind it", async () => {
    const note = new OwnNote(notes, "The key");
    note.show(stand);
    const taken = Promise.withResolvers<boolean>();
    const asked = note.asking(taken.promise);
    const write = vi.spyOn(notes, "write");
    await note.end();
    write.mockClear();
    taken.reject(new Error("over"));
    await expect(asked).rejects.toThrow("over");
    expect(write).not.toHaveBeenCalled();
    expect(await notes.list()).toEqual([]);
  });

  it("is no matter to the ceremony where it cannot be written", async () => {
    vi.spyOn(notes, "write").mockRejectedValue(new Error("full"));
    const note = new OwnNote(notes, "The key");
    note.show(stand);
    await note.end();
    expect(await notes.list()).toEqual([]);
  });
});
