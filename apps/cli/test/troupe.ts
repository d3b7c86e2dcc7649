import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { codeOf } from "./cast.ts";
import { type Program, Stage } from "./program.ts";

const PASS = ["--passphrase-file", "passphrase"];

/** Alice, Bob and Carol, who have a key together, and a relay between them. */
export class Troupe {
  readonly stage: Stage;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  home(user: string): string {
    return join(this.stage.directory, user);
  }

  /** Runs a ceremony command as a user, whose passphrase is in a file. */
  async run(user: string, ...args: readonly string[]): Promise<Program> {
    await writeFile(join(await this.stage.home(user), "passphrase"), `${user} swordfish\n`);
    return await this.stage.run(user, ...args, ...PASS);
  }

  /** Begins to make a key of this label: Alice makes the code, the others join by it. */
  async begin(label: string, ...users: readonly string[]): Promise<readonly Program[]> {
    const alice = await this.run(
      "alice",
      ...["keygen", "--parties", "3", "--threshold", "2", "--label", label, "--name", "alice", "--network", "regtest"],
    );
    const code = await codeOf(alice);
    const others = await Promise.all(
      users.map((user) => this.run(user, "join", code, "--label", label, "--name", user, "--network", "regtest")),
    );
    return [alice, ...others];
  }

  /** Makes the key of all three. Answers what it was called on every side: one and the same address. */
  async makeKey(): Promise<readonly string[]> {
    const programs = await this.begin("treasury", "bob", "carol");
    await Promise.all(programs.map(hearBoth));
    const addresses = await Promise.all(programs.map(({ stdout }) => stdout.find(/^bcrt1p/)));
    await Promise.all(programs.map(({ exit }) => exit));
    return addresses;
  }

  strike(): Promise<void> {
    return this.stage.strike();
  }
}

/** Says of each of the two others that it was heard. */
export async function hearBoth(program: Program): Promise<void> {
  await program.stderr.find(/Did you hear/);
  program.say("yes", "yes");
}

/** One troupe for a file of tests. */
export function troupeForAllTests(): () => Troupe {
  let troupe: Troupe;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "countersign-troupe-"));
    troupe = new Troupe(await Stage.set(directory));
  });
  beforeEach(({ onTestFailed }) => {
    const before = troupe.stage.count;
    onTestFailed(() => console.error(troupe.stage.storiesSince(before)));
  });
  afterAll(async () => {
    await troupe.strike();
    await rm(directory, { recursive: true });
  });
  return () => troupe;
}
