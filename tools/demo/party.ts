import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Child } from "../processes/child.ts";
import type { Stage } from "./stage.ts";

/** What `countersign … --json` says, as far as the demo listens; apps/cli/README.md has all of it. */
export interface Events {
  readonly waiting: { readonly for: string };
  readonly code: { readonly code: string };
  readonly sas: { readonly words: string; readonly digits: string };
  readonly question: { readonly about: string };
  readonly "key-made": { readonly id: string; readonly address: string; readonly public_key: string };
  readonly review: { readonly lines: readonly string[]; readonly digest: string };
  readonly signed: { readonly txid: string; readonly transaction: string };
  readonly "signed-by-others": { readonly from: string; readonly txid: string };
  readonly record: { readonly file: string };
  readonly "record-verified": { readonly parties: readonly { readonly label: string }[] };
}

const PASSPHRASE_FILE = "passphrase";

/** One of the people, with a machine of their own. */
export class Party {
  readonly name: string;
  /** The folder in which they work. */
  readonly home: string;
  private readonly stage: Stage;
  private readonly relay: string;

  constructor(stage: Stage, name: string, relay: string) {
    this.stage = stage;
    this.name = name;
    this.relay = relay;
    this.home = stage.home(name.toLowerCase());
    writeFileSync(join(this.home, PASSPHRASE_FILE), `${name} has a passphrase\n`, { mode: 0o600 });
  }

  /** Runs a command that opens or makes a share of a key, with this party's passphrase. */
  open(...command: readonly string[]): Run {
    return this.run(...command, "--passphrase-file", PASSPHRASE_FILE);
  }

  /** Runs the program, in a process of its own, at the relay of the demo. */
  run(...command: readonly string[]): Run {
    const child = this.stage.start({
      name: this.name,
      script: fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url)),
      args: [...command, "--json"],
      cwd: this.home,
      env: {
        PATH: process.env["PATH"],
        HOME: this.home,
        COUNTERSIGN_HOME: join(this.home, ".countersign"),
        COUNTERSIGN_RELAY: this.relay,
      },
    });
    return new Run(this.name, child);
  }
}

/** One run of the program. */
export class Run {
  readonly name: string;
  readonly child: Child;

  constructor(name: string, child: Child) {
    this.name = name;
    this.child = child;
  }

  /** The first event of a kind; rejects where the program says before that it failed. */
  hear<Kind extends keyof Events>(kind: Kind, about?: string): Promise<Events[Kind]> {
    return this.child.find(about === undefined ? kind : `${kind} about the ${about}`, (line) => {
      const event = JSON.parse(line);
      if (event.event === "error") throw new Error(`${this.name}'s program ended: ${event.message}`);
      return event.event === kind && (about === undefined || event.about === about) ? event : undefined;
    });
  }

  /** Waits for a question, and answers it, as often as it is asked. */
  async answer(about: string, ...answers: readonly string[]): Promise<void> {
    await this.hear("question", about);
    for (const answer of answers) this.child.say(answer);
  }
}
