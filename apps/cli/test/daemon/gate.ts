import { type Caller, defineMethod, type Method } from "@countersign/cosign";

/** A method of which only its name matters. */
export const about = {
  category: "Control",
  description: "For tests.",
  arguments: {},
  results: [{ shape: { type: "any", description: "" } }],
  examples: [],
} as const;

/** A method that answers when it is told to. */
export class Gate {
  readonly #open: (() => void)[] = [];
  readonly #watchers: (() => void)[] = [];
  readonly method: Method;
  /** Calls that have come in, and those of them that are there. */
  entered = 0;
  inside = 0;
  signal: AbortSignal | undefined;

  constructor(name: string, waits: boolean) {
    this.method = defineMethod({ ...about, name, waits, run: (_, caller) => this.#enter(caller) });
  }

  /** Settles when so many calls have come in. */
  async waitFor(calls: number): Promise<void> {
    while (this.entered < calls) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  open(): void {
    for (const open of this.#open.splice(0)) open();
  }

  async #enter(caller: Caller): Promise<string> {
    this.entered++;
    this.inside++;
    this.signal = caller.signal;
    for (const watcher of this.#watchers.splice(0)) watcher();
    await new Promise<void>((resolve) => this.#open.push(resolve));
    this.inside--;
    return "done";
  }
}
