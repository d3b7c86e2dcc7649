import { fileURLToPath } from "node:url";
import { Child } from "../../processes/child.ts";
import type { Ledger } from "./ledger.ts";

const script = fileURLToPath(new URL("../signer.ts", import.meta.url));

/** One process of a signer. */
export class Life {
  readonly gone: Promise<number>;
  readonly #child: Child;
  readonly #ledger: Ledger;
  /** Lines of the signing that is under way, and who waits for more of them. */
  #id = "";
  #lines: string[] = [];
  #watchers: (() => void)[] = [];
  #isGone = false;

  constructor(args: readonly string[], ledger: Ledger) {
    this.#ledger = ledger;
    const env = { PATH: process.env["PATH"] };
    this.#child = new Child({ name: `signer ${args[2]}`, script, args, cwd: process.cwd(), env });
    const heard = this.#child.find("its end", (line) => this.#hear(line)).catch(() => undefined);
    this.gone = Promise.all([this.#child.exit, heard]).then(([status]) => {
      this.#isGone = true;
      this.#wake();
      return status;
    });
  }

  get said(): string {
    return this.#lines.map((line) => line.slice(0, 80)).join("; ");
  }

  get complaint(): string {
    return this.#child.complaint;
  }

  /** The signature, "" if it fails; undefined if the process ends before. */
  async sign(id: string): Promise<string | undefined> {
    this.#id = id;
    this.#lines = [];
    this.#child.say(`sign ${id}`);
    await this.#until(() => this.isOver(id));
    const signed = this.#lines.find((line) => line.startsWith("signed "))?.split(" ")[2];
    const failed = this.#lines.find((line) => line.startsWith("failed "));
    if (failed !== undefined) this.#ledger.outcome.complaints.push(failed);
    if (this.isOver(id)) return signed ?? "";
    return this.#lines.includes(`over ${id}`) ? signed : undefined;
  }

  /** Whether it has said so many lines in a signing, sooner or later, before it is over. */
  async hasSaid(lines: number, id: string): Promise<boolean> {
    await this.#until(() => this.#id === id && (this.#lines.length >= lines || this.isOver(id)));
    return !this.#isGone && !this.isOver(id);
  }

  isOver(id: string): boolean {
    return this.#lines.some((line) => line === `over ${id}` || line.startsWith(`failed ${id}`));
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!this.#isGone && !condition()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  #hear(line: string): undefined {
    const [word = "", id = "", from = "", round = "", body = ""] = line.split(" ");
    if (word === "loaded") return;
    if (word === "heard") this.#ledger.hear(id, { from, round, body });
    if (id === this.#id) this.#lines.push(line);
    this.#wake();
  }

  #wake(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }
}
