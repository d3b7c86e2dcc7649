import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Server } from "./server.ts";
import type { Party, Refused, Script, Subject } from "./subject.ts";

/** How many connections say what. */
export interface Shape {
  readonly members: number;
  /** Characters of a body. */
  readonly size: number;
  /** What is sent: a message to all others in the group, to the only other one by its name, or what ours refuses. */
  readonly what?: "toOne" | Refused;
  /** How many connections, a multiple of the members; 60 if nothing is said. */
  readonly parties?: number;
}

/** What a run showed. Rates are per second, latencies in ms. */
export interface Outcome {
  readonly messages: number;
  readonly deliveries: number;
  /** The part of its core that the server used, and the part of the time in which the generator had something to do. */
  readonly serverShare: number;
  readonly generatorShare: number;
  readonly p50: number;
  readonly p99: number;
}

export interface RunOptions {
  readonly warmSeconds: number;
  readonly seconds: number;
  /** Messages a second; 0: as many as there can be while each party has one under way. */
  readonly rate: number;
  /** The address of the loopback from which it comes, if it goes beside another load. */
  readonly from?: string;
}

/** Parties at once, in groups; a multiple of all sizes of groups. */
const PARTIES = 60;
/** Deliveries after which a member of ours acknowledges. */
const ACK_EVERY = 32;
const LOAD_CORE = "0";

/** The compiled generator. */
export class Load {
  readonly #directory = mkdtempSync(join(tmpdir(), "countersign-load-"));
  readonly #program = join(this.#directory, "load");

  /** Throws where there is no C compiler. */
  constructor() {
    const source = fileURLToPath(new URL("load.c", import.meta.url));
    const { error, stderr } = spawnSync("cc", ["-O2", "-o", this.#program, source], { encoding: "utf8" });
    if (error !== undefined || stderr !== "") throw new Error(`the load cannot be compiled: ${error ?? stderr}`);
  }

  async run(subject: Subject, server: Server, shape: Shape, options: RunOptions): Promise<Outcome> {
    const { child, line } = this.#start(server, script(subject, { parties: PARTIES, ...shape }), options);
    child.stdin.end();
    const { seconds, messages, deliveries, serverCpu, generatorBusy, ...latency } = JSON.parse(await line(1));
    return {
      messages: messages / seconds,
      deliveries: deliveries / seconds,
      serverShare: serverCpu / seconds,
      generatorShare: generatorBusy / seconds,
      ...latency,
    };
  }

  /** Connects so many parties in pairs, which then do nothing until `done` has been called. */
  async hold(subject: Subject, server: Server, parties: number): Promise<{ done(): void }> {
    const idle = { warmSeconds: 0, seconds: 0, rate: 0 };
    const { child, line } = this.#start(server, script(subject, { parties, members: 2, size: 200 }), idle);
    await line(0);
    return { done: () => child.stdin.end() };
  }

  close(): void {
    rmSync(this.#directory, { recursive: true });
  }

  #start({ port, pid }: Server, script: Uint8Array, { warmSeconds, seconds, rate, from }: RunOptions) {
    const own = from === undefined ? [] : [from];
    const args = ["127.0.0.1", port, pid, warmSeconds, seconds, rate, ...own].map(String);
    const child = spawn("taskset", ["--cpu-list", LOAD_CORE, this.#program, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines: string[] = [];
    const line = (index: number) =>
      new Promise<string>((resolve, reject) => {
        const look = () => lines[index] !== undefined && resolve(lines[index]);
        createInterface(child.stdout).on("line", (one) => {
          lines.push(one);
          look();
        });
        child.on("close", () => reject(new Error("the load ended early")));
      });
    child.stdin.write(script);
    return { child, line };
  }
}

/** What all parties say, in the form that `load.c` reads. */
function script(subject: Subject, { parties, members, size, what }: Shape & { readonly parties: number }): Uint8Array {
  const groups = Array.from({ length: parties / members }, () => randomUUID());
  const parts: Uint8Array[] = [u32(parties), u32(ACK_EVERY)];
  for (let number = 0; number < parties; number++) {
    const index = Math.floor(number / members);
    const party: Party = { group: groups[index] ?? "", number, members, body: body(number, size), size, what };
    parts.push(u32(index), ...encode(subject.script(party)));
  }
  return Buffer.concat(parts);
}

function encode({ framed, steps, message, ack = "" }: Script): Uint8Array[] {
  const texts = steps.flatMap(({ say, expect }) => [counted(say), counted(expect)]);
  return [u32(framed ? 1 : 0), u32(steps.length), ...texts, counted(message), counted(ack)];
}

/** Ends with the token by which a delivery is known. */
function body(number: number, size: number): string {
  const digit = (value: number) => String.fromCharCode(65 + (value % 26));
  return `${"A".repeat(size - 8)}____${digit(Math.floor(number / 26))}${digit(number)}\x02`;
}

function counted(text: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(text);
  return Buffer.concat([u32(bytes.length), bytes]);
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
