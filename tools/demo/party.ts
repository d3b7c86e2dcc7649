import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Child } from "../processes/child.ts";
import type { Stage } from "./stage.ts";

/** What `countersign … --json` says, as far as the demo listens; apps/cli/README.md has all of it. */
export interface Events {
  readonly code: { readonly code: string };
  readonly sas: { readonly words: string; readonly digits: string };
  readonly question: { readonly about: string };
  readonly done: {
    readonly sha256: string;
    readonly size: number;
    readonly timings_ms: Readonly<Record<string, number>>;
  };
}

export interface PartyOptions {
  readonly name: string;
  /** The folder in which it works. */
  readonly home: string;
  readonly command: readonly string[];
}

/** One of the two people, with a machine and the program on it. */
export class Party {
  readonly name: string;
  readonly child: Child;

  constructor(stage: Stage, { name, home, command }: PartyOptions) {
    this.name = name;
    this.child = stage.start({
      name,
      script: fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url)),
      args: [...command, "--json", "--label", name],
      cwd: home,
      env: { PATH: process.env["PATH"], HOME: home, COUNTERSIGN_HOME: join(home, ".countersign") },
    });
  }

  /** The first event of a kind; rejects where the program says before that it failed. */
  hear<Kind extends keyof Events>(kind: Kind, about?: string): Promise<Events[Kind]> {
    return this.child.find(about === undefined ? kind : `${kind} about the ${about}`, (line) => {
      const event = JSON.parse(line);
      if (event.event === "error") throw new Error(`${this.name}'s program ended: ${event.message}`);
      return event.event === kind && (about === undefined || event.about === about) ? event : undefined;
    });
  }

  /** Waits for a question, and answers it. */
  async answer(about: string, answer: string): Promise<void> {
    await this.hear("question", about);
    this.child.say(answer);
  }
}
