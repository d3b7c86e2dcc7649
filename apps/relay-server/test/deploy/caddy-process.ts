import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { placesOf } from "../installed.ts";

/** Where Caddy is, undefined if it is not installed. */
export const caddy = placesOf("caddy")[0];

/** The place of a file that we give to operators. */
export const placeOf = (name: string): string => fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));

/** Of the machine Caddy gets to see nothing but its programs; what it keeps goes to a directory. */
export function caddyEnvironment(directory: string, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory, ...more };
}

interface CaddyOptions {
  readonly directory: string;
  /** The name of one of our files. */
  readonly caddyfile: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What it says when it serves. */
  readonly ready: readonly string[];
}

/** Caddy with one of our files as it is, certificates of its own and no port but that of its site. */
export class CaddyProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async started({ directory, caddyfile, environment, ready }: CaddyOptions): Promise<CaddyProcess> {
    const around = join(directory, caddyfile);
    const options = ["admin off", "local_certs", "skip_install_trust", "auto_https disable_redirects"];
    writeFileSync(around, `{\n${options.join("\n")}\n}\nimport ${placeOf(caddyfile)}\n`);
    const child = spawn(caddy ?? "", ["run", "--config", around, "--adapter", "caddyfile"], {
      env: caddyEnvironment(directory, environment),
      stdio: ["ignore", "ignore", "pipe"],
    });
    await said(child, ready);
    return new CaddyProcess(child);
  }

  async end(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    await closed;
  }
}

/** Waits until the program has said all of this on stderr. */
async function said(child: ChildProcess, wanted: readonly string[]): Promise<void> {
  const stderr = child.stderr as NonNullable<typeof child.stderr>;
  const missing = new Set(wanted);
  const lines: string[] = [];
  for await (const line of createInterface({ input: stderr })) {
    lines.push(line);
    for (const text of missing) if (line.includes(text)) missing.delete(text);
    if (missing.size === 0) return void stderr.resume();
  }
  throw new Error(`it ended:\n${lines.join("\n")}`);
}
