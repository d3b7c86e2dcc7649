import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child, type ChildOptions } from "../processes/child.ts";

/** Everything that the demo puts into the world: a temporary folder and processes. It can be cleared at any moment. */
export class Stage {
  readonly folder: string;
  readonly #children: Child[] = [];
  #clearing = false;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "countersign-demo-"));
  }

  /** A folder of its own for one of the parties. */
  home(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  /** Throws once the stage is being cleared. */
  start(options: ChildOptions): Child {
    if (this.#clearing) throw new Error("the demo is ending");
    return this.adopt(new Child(options));
  }

  adopt(child: Child): Child {
    this.#children.push(child);
    return child;
  }

  /** Ends all processes and removes the folder. Returns what is left all the same: nothing. */
  async clear(): Promise<readonly string[]> {
    this.#clearing = true;
    // The last first: whoever talks to somebody can still say goodbye.
    for (const child of this.#children.toReversed()) await child.stop();
    rmSync(this.folder, { recursive: true, force: true });
    const processes = this.#children
      .filter(({ pid }) => isAlive(pid))
      .map(({ name, pid }) => `${name} (process ${pid})`);
    return existsSync(this.folder) ? [...processes, this.folder] : processes;
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}
