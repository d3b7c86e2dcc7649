import { fileURLToPath } from "node:url";
import { SeededRandom } from "@countersign/testkit";
import { Child } from "../processes/child.ts";
import { Relay, temporaryFolder } from "./relay.ts";
import { sleep, within } from "./wait.ts";

const script = fileURLToPath(new URL("./survivor.ts", import.meta.url));
/** Milliseconds after a new link within which the blow falls. */
const LIFE = 120;
/** One life in so many is ended while it still starts, within so many milliseconds. */
const EARLY = 4;
const START = 600;
/** Seconds that a new link, and in the end everything that is under way, may take. */
const PATIENCE = 60;
/** Exit status of a process that SIGKILL ended. */
const KILLED = 128 + 9;

/** What came of it. */
export interface Survival {
  killed: number;
  /** Lives that were not ended before they were linked, and that were not linked in time. */
  unlinked: number;
  /** Lives that ended by themselves. */
  failed: number;
  kept: number;
  /** Kept by the sender and never told to the receiver. */
  lost: number;
  /** Told under two numbers, or out of order. */
  duplicated: number;
  reordered: number;
  /** Told again under the same number, because the receiver was killed before it had taken them. */
  toldAgain: number;
  sealed: number;
  /** Nonces that were used twice under one key. */
  reused: number;
  /** Seconds from the start of a process to its link. */
  readonly linkedIn: number[];
  readonly complaints: string[];
}

/** Two parties that send to each other are killed again and again, alone or together; what they say is held together. */
export async function survive(
  rounds: number,
  { seed, progress }: { readonly seed: number; readonly progress: (text: string) => void },
): Promise<Survival> {
  const survival: Survival = {
    killed: 0,
    unlinked: 0,
    failed: 0,
    kept: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    toldAgain: 0,
    sealed: 0,
    reused: 0,
    linkedIn: [],
    complaints: [],
  };
  const random = new SeededRandom(seed);
  const folder = temporaryFolder();
  const relay = new Relay({ data: temporaryFolder() });
  const { url } = await relay.ready();
  const nonces = new Set<string>();
  const alice = new Survivor("alice", { folder, url, survival, nonces });
  const bob = new Survivor("bob", { folder, url, survival, nonces });
  alice.start();
  bob.start(await alice.says("code"));
  // Who is killed between its reveal and that of the other one ends the session (spec 0003): that is no survival.
  await Promise.all([alice.ready(), bob.ready()]);
  for (let round = 1; round <= rounds; round++) {
    const victims = [[alice], [bob], [alice, bob]][random.integer(3)] ?? [];
    await sleep(random.integer(LIFE));
    const early = random.integer(EARLY) === 0;
    await Promise.all(victims.map((victim) => victim.strike()));
    for (const victim of victims) victim.start();
    if (early) await sleep(random.integer(START));
    else await Promise.all(victims.map((victim) => victim.linked()));
    progress(`round ${round} of ${rounds}, ${survival.kept} messages kept`);
  }
  await Promise.all([alice, bob].map((survivor) => survivor.linked()));
  await Promise.all([alice, bob].map((survivor) => survivor.finish()));
  alice.compare(bob);
  bob.compare(alice);
  await Promise.all([alice, bob].map((survivor) => survivor.strike()));
  survival.sealed = nonces.size;
  await relay.end("SIGTERM");
  return survival;
}

interface Surroundings {
  readonly folder: string;
  readonly url: string;
  readonly survival: Survival;
  readonly nonces: Set<string>;
}

/** A party over all its lives, by what it says. */
class Survivor {
  readonly #label: string;
  readonly #surroundings: Surroundings;
  /** What was on its disk before it said so. */
  readonly #kept = new Set<number>();
  /** Texts by the numbers under which they were told, in the order in which they were told first. */
  readonly #got = new Map<number, string>();
  #child: Child | undefined;
  #link: Promise<boolean> = Promise.resolve(true);
  #heard: Promise<void> = Promise.resolve();

  constructor(label: string, surroundings: Surroundings) {
    this.#label = label;
    this.#surroundings = surroundings;
  }

  start(code?: string): void {
    const { folder, url, survival } = this.#surroundings;
    const args = [folder, url, this.#label, ...(code === undefined ? [] : [code])];
    const began = performance.now();
    const child = new Child({
      name: this.#label,
      script,
      args,
      cwd: process.cwd(),
      env: { PATH: process.env["PATH"] },
    });
    this.#child = child;
    this.#heard = child.find("its end", (line) => this.#hear(line)).catch(() => undefined);
    this.#link = child
      .find("a link", (line) => (line === "linked" ? true : undefined))
      .then(() => survival.linkedIn.push((performance.now() - began) / 1_000) > 0)
      .catch(() => false);
  }

  /** The rest of the first line that begins like this. */
  async says(word: string): Promise<string> {
    const line = await this.#child?.find(word, (text) => (text.startsWith(`${word} `) ? text : undefined));
    return line?.slice(word.length + 1) ?? "";
  }

  async linked(): Promise<void> {
    if ((await within(PATIENCE, this.#link)) === true) return;
    this.#surroundings.survival.unlinked++;
    this.#surroundings.survival.complaints.push(`${this.#label} was not linked: ${this.#child?.complaint}`);
  }

  /** Resolves when it has what it needs to go on in another life. */
  async ready(): Promise<void> {
    await this.#child?.find("the end of the pairing", (line) => (line === "ready" ? true : undefined));
  }

  async strike(): Promise<void> {
    const { survival } = this.#surroundings;
    this.#child?.kill("SIGKILL");
    const status = await this.#child?.exit;
    await this.#heard;
    if (status === KILLED) survival.killed++;
    else {
      survival.failed++;
      survival.complaints.push(`${this.#label} ended with ${status}: ${this.#child?.complaint}`);
    }
  }

  /** Sends no more, and waits until everything has arrived. */
  async finish(): Promise<void> {
    const done = this.#child?.find("the delivery", (line) => (line === "delivered" ? true : undefined));
    this.#child?.say("stop");
    if ((await within(PATIENCE, done ?? Promise.resolve(undefined))) === undefined) {
      this.#surroundings.survival.complaints.push(`${this.#label} could not deliver everything`);
    }
  }

  /** Whether the other one was told everything that this one has kept, once and in order. */
  compare(receiver: Survivor): void {
    const { survival } = this.#surroundings;
    const numbers = [...receiver.#got].sort(([a], [b]) => a - b).map(([, text]) => Number(text));
    const told = new Set(numbers);
    survival.kept += this.#kept.size;
    survival.lost += [...this.#kept].filter((number) => !told.has(number)).length;
    survival.duplicated += numbers.length - told.size;
    survival.reordered += numbers.filter((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0)).length;
  }

  #hear(line: string): undefined {
    const { survival, nonces } = this.#surroundings;
    const [word, first = "", second = ""] = line.split(" ");
    if (word === "kept") this.#kept.add(Number(first));
    else if (word === "sealed") {
      if (nonces.has(first)) survival.reused++;
      nonces.add(first);
    } else if (word === "got") {
      const known = this.#got.get(Number(first));
      if (known === undefined) this.#got.set(Number(first), second);
      else if (known === second) survival.toldAgain++;
      else survival.duplicated++;
    } else if (word === "over") survival.complaints.push(`${this.#label}: ${line}`);
  }
}
