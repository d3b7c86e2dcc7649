import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeRoundMessage } from "@countersign/wire";
import { describe, expect, it, vi } from "vitest";
import { readJournalKey } from "../src/store/journal-key.ts";
import { createPassphrase, keySeal } from "../src/store/passphrase.ts";
import { findPlaces } from "../src/store/places.ts";
import { SealedJournals } from "../src/store/sealed-journals.ts";
import { codeOf, statuses } from "./cast.ts";
import { hearBoth, troupeForAllTests } from "./troupe.ts";

// Three programs at a time, each of which derives a key from a passphrase in 256 MiB.
vi.setConfig({ testTimeout: 180_000 });

const troupe = troupeForAllTests();
const placesOf = (user: string) => findPlaces({ COUNTERSIGN_HOME: join(troupe().home(user), ".countersign") });

/** The round in which everybody signs what came of making a key. */
const CLOSING = 3;

function journalsOf(user: string): SealedJournals {
  const { sessions, journalKey } = placesOf(user);
  const ask = async () => undefined;
  const passphrase = createPassphrase({ file: undefined, of: keySeal, warn: () => undefined, ask });
  return new SealedJournals({ directory: sessions, key: () => readJournalKey(journalKey, passphrase, false) });
}

/** Takes out of a user's journal what the others have signed, as if the process had ended before it came. */
async function forgetSeals(user: string): Promise<void> {
  const journals = journalsOf(user);
  const [{ id = "" } = {}] = await journals.list();
  const { journal, saved } = await journals.open(id);
  const { record, purpose, checkpoint } = saved;
  const inbox = record.history.inbox.filter(({ content }) => {
    const message = decodeRoundMessage(content);
    return message.ok && message.value.round > 0 && message.value.round < CLOSING;
  });
  expect(inbox.length).toBeLessThan(record.history.inbox.length);
  if (checkpoint === undefined) throw new Error("no ceremony");
  await journal.end(true);
  const fresh = await journals.begin(purpose);
  await fresh.write(
    { type: "record", record: { ...record, history: { ...record.history, inbox } } },
    record.origin.parameters,
  );
  await fresh.keep(checkpoint);
  await fresh.end(false);
}

describe("a share that could not be kept", () => {
  it("is kept by resume, when the session is over and nobody else is there", async () => {
    const programs = await troupe().begin("vault", "bob", "carol");
    const [alice, bob, carol] = programs;
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error("somebody is missing");
    await Promise.all(programs.map(({ stderr }) => stderr.find(/Did you hear/)));
    // As a full disk does, but for the journals.
    for (const user of ["bob", "carol"]) await writeFile(placesOf(user).keys, "");
    await Promise.all(programs.map(hearBoth));
    expect(await statuses(alice, bob, carol)).toEqual([0, 1, 1]);
    for (const { stderr } of [bob, carol]) {
      expect(stderr.text).toMatch(/the result could not be kept here/);
      expect(stderr.text).toMatch(/"countersign resume" goes on with it/);
    }
    const still = await troupe().run("bob", "resume");
    expect(await statuses(still)).toEqual([1]);
    expect(still.stderr.text).toMatch(/could not be kept here, and stays in its journal/);
    await rm(placesOf("bob").keys);
    const back = await troupe().run("bob", "resume");
    expect(await statuses(back)).toEqual([0]);
    expect(back.stdout.all).toEqual(alice.stdout.all.slice(-1));
    expect(await readdir(placesOf("bob").sessions)).toEqual([]);
  });

  it("is kept with the record of another party, where the seals of the others are missing", async () => {
    const name = "vault-keygen.record.json";
    await forgetSeals("carol");
    await rm(placesOf("carol").keys);
    const alone = await troupe().run("carol", "resume", "--wait", "5");
    expect(await alone.exit).not.toBe(0);
    expect(alone.stderr.text).toMatch(/others may have the key.*"countersign resume --record FILE"/);
    const [alice, bob] = await Promise.all([
      troupe().run("alice", "keygen", "--parties", "2", "--threshold", "2", "--label", "other", "--name", "alice"),
      troupe().stage.home("bob"),
    ]);
    const code = await codeOf(alice);
    const second = await troupe().run("bob", "join", code, "--label", "other", "--name", "bob");
    await Promise.all(
      [alice, second].map(async (program) => {
        await program.stderr.find(/Did you hear/);
        program.say("yes");
      }),
    );
    expect(await statuses(alice, second)).toEqual([0, 0]);
    const wrong = await troupe().run("carol", "resume", "--record", join(bob, "other-keygen.record.json"));
    expect(await statuses(wrong)).toEqual([6]);
    expect(wrong.stderr.text).toContain("The record is of another ceremony than this one");
    const back = await troupe().run("carol", "resume", "--record", join(troupe().home("alice"), name));
    expect(await statuses(back)).toEqual([0]);
    expect(await readdir(placesOf("carol").keys)).toContain("vault.age");
    expect(await readdir(placesOf("carol").sessions)).toEqual([]);
  });

  it("of two parties in one home goes under a label of its own", async () => {
    await mkdir(troupe().home("dave"), { recursive: true });
    const host = await troupe().run(
      "dave",
      ...["keygen", "--parties", "2", "--threshold", "2", "--label", "joint", "--name", "dave"],
    );
    const guest = await troupe().run("dave", "join", await codeOf(host), "--label", "joint", "--name", "dora");
    for (const program of [host, guest]) {
      await program.stderr.find(/Did you hear/);
      program.say("yes");
    }
    expect([...(await statuses(host, guest))].sort()).toEqual([0, 1]);
    const taken = await troupe().run("dave", "resume");
    expect(await statuses(taken)).toEqual([1]);
    expect(taken.stderr.text).toMatch(/There is a key joint already.*--label/);
    const back = await troupe().run("dave", "resume", "--label", "spare");
    expect(await statuses(back)).toEqual([0]);
    const keys = await troupe().stage.run("dave", "keys", "--json");
    await keys.exit;
    const listed = keys.stdout.all.map((line) => JSON.parse(line));
    expect(listed.map(({ label }) => label)).toEqual(["joint", "spare"]);
    expect(new Set(listed.map(({ number }) => number)).size).toBe(2);
  });
});
