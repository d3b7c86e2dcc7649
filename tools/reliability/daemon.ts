import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Child } from "../processes/child.ts";
import { temporaryFolder } from "./relay.ts";
import { sleep } from "./wait.ts";

const script = fileURLToPath(new URL("../../apps/cli/dist/main.js", import.meta.url));
/** Of a second, as Linux counts what a process has used. */
const TICKS = 100;
const USER = "prover";
const PASSWORD = "on-loopback";

/** Calls that are worked on or wait for that, at most: fewer than the daemon refuses (`rpcthreads` and `rpcworkqueue`). */
const MOST_WORK = 64;
/** Those that only wait do not count. */
const WAITING: ReadonlySet<string> = new Set(["handshake_auto", "confirm_sas", "recv", "close"]);

const running = new Set<Child>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The result of a method. */
type Result = { readonly [name: string]: unknown };

/** The built `countersign daemon` in a process of its own, on a free port and with a datadir that is gone afterwards. */
export class Daemon {
  readonly #child: Child;
  readonly #url: Promise<string>;
  readonly #queue: (() => void)[] = [];
  #work = 0;
  #calls = 0;

  constructor({ relay }: { readonly relay: string }) {
    this.#child = new Child({
      name: "the daemon",
      script,
      args: [
        "daemon",
        `-datadir=${temporaryFolder()}`,
        `-relay=${relay}`,
        "-rpcport=0",
        `-rpcuser=${USER}`,
        `-rpcpassword=${PASSWORD}`,
        "-loglevel=warn",
      ],
      cwd: process.cwd(),
      env: { PATH: process.env["PATH"] },
    });
    running.add(this.#child);
    void this.#child.exit.finally(() => running.delete(this.#child));
    this.#url = this.#child.find("serving", (line) => /^listening on (http:\/\/\S+)$/.exec(line)?.[1]);
    // Whoever calls hears of it.
    this.#url.catch(() => undefined);
  }

  /** Calls a method of the family by named arguments. Rejects with what it answers if that is an error. */
  async call(method: string, params: object = {}): Promise<Result> {
    if (WAITING.has(method)) return await this.#ask(method, params);
    if (this.#work >= MOST_WORK) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#work += 1;
    try {
      return await this.#ask(method, params);
    } finally {
      // The place goes on to whoever has waited longest.
      const next = this.#queue.shift();
      if (next === undefined) this.#work -= 1;
      else next();
    }
  }

  async #ask(method: string, params: object): Promise<Result> {
    const request = {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}` },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++this.#calls, method: `cosign.${method}`, params }),
    };
    let response = await fetch(await this.#url, request);
    // Also a call that is going to wait has to get its turn first.
    for (; response.status === 503; response = await fetch(await this.#url, request)) {
      await response.text();
      await sleep(50);
    }
    const text = await response.text();
    if (response.status !== 200) throw new Error(`cosign.${method} was answered ${response.status}: ${text}`);
    const { error, result } = JSON.parse(text);
    if (error !== undefined) throw new Error(`cosign.${method} was answered ${error.code} ${error.message}`);
    return result;
  }

  /** The most memory that it ever had, in MB. */
  peakMegabytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
  }

  /** Seconds of a processor that it has used. */
  processorSeconds(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }

  /** Stops it in order; its exit status. */
  stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    return this.#child.exit;
  }
}
