import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type Program, Stage } from "./program.ts";

/** A file as a wallet writes it: the magic of a PSBT and something behind it. */
export const psbt = Buffer.concat([Buffer.from("70736274ff", "hex"), randomBytes(400)]);
export const sha256 = createHash("sha256").update(psbt).digest("hex");

/** Alice, who sends, Bob, who receives, and a relay between them. */
export class Cast {
  readonly stage: Stage;
  readonly alice: string;
  readonly bob: string;

  constructor(stage: Stage, homes: { readonly alice: string; readonly bob: string }) {
    this.stage = stage;
    this.alice = homes.alice;
    this.bob = homes.bob;
  }

  send(...args: readonly string[]): Promise<Program> {
    return this.stage.run("alice", "send", "payment.psbt", ...args);
  }

  receive(...args: readonly string[]): Promise<Program> {
    return this.stage.run("bob", "receive", ...args);
  }

  /** Brings both sides to the question whether the words are the same. */
  async meet(more: { readonly sender?: readonly string[]; readonly receiver?: readonly string[] } = {}) {
    const sender = await this.send(...(more.sender ?? []));
    const receiver = await this.receive(...(more.receiver ?? []));
    receiver.say(await codeOf(sender));
    const question = /Did you hear .* say exactly these five words/;
    await Promise.all([sender, receiver].map(({ stderr }) => stderr.find(question)));
    return { sender, receiver };
  }

  /** What lies in Bob's folder. */
  async received(): Promise<readonly string[]> {
    return (await readdir(this.bob)).filter((name) => name !== ".countersign");
  }
}

/**
 * Sets the stage for a file of tests: one relay for all of them, because what one test leaves there must not disturb
 * the next, and new folders for each.
 */
export function castForEachTest(): () => Cast {
  let stage: Stage;
  let directory: string;
  let cast: Cast;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "countersign-cli-"));
    stage = await Stage.set(directory);
  });
  afterAll(async () => {
    await stage.strike();
    await rm(directory, { recursive: true });
  });
  beforeEach(async () => {
    cast = new Cast(stage, { alice: await stage.home("alice"), bob: await stage.home("bob") });
    await writeFile(join(cast.alice, "payment.psbt"), psbt);
  });
  afterEach(async () => {
    for (const home of [cast.alice, cast.bob]) await rm(home, { recursive: true });
  });
  return () => cast;
}

export function codeOf(sender: Program): Promise<string> {
  return sender.stdout.find(/^\d+-[a-z]+-[a-z]+-[a-z]+-[a-z]+$/);
}

export function statuses(...programs: readonly Program[]): Promise<readonly (number | null)[]> {
  return Promise.all(programs.map(({ exit }) => exit));
}

/** The words and the digits that a program showed. */
export function sasOf({ stderr: { all } }: Program) {
  const digits = all.findIndex((line) => /^ +\d{3} \d{3}$/.test(line));
  return { words: all[digits - 2]?.trim().split(/ +/).join("-"), digits: all[digits]?.trim() };
}
