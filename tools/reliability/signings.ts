import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SeededRandom } from "@countersign/testkit";
import { Child } from "../processes/child.ts";
import { makeKeyFiles } from "./key-file.ts";
import { Relay, temporaryFolder } from "./relay.ts";
import { sleep, within } from "./wait.ts";

const script = fileURLToPath(new URL("./signer.ts", import.meta.url));
/** Those of a key of four who sign: three, because two would make no group link (spec 0012). */
const SIGNERS = [1, 2, 3];
/** A signer says about so many lines in a signing: the blow falls behind one of them. */
const LINES = 12;
/** Milliseconds behind that line within which it falls. */
const DELAY = 4;
/**
 * Seconds that a signing may take, with all its lives: longer than who has signed waits for the others and says goodbye
 * (spec 0005, section 4), so that a run goes on behind a slow one.
 */
const PATIENCE = 90;
/** Exit status of a process that SIGKILL ended. */
const KILLED = 128 + 9;
/** Rounds of a signing in which nonces are committed to, and shares are said. */
const ROUND = { commitments: 2, shares: 3 };

/** What came of it. */
export interface Signings {
  signed: number;
  /** Signings of which not all signers had a signature in the end, or not the same. */
  unsigned: number;
  killed: number;
  /** Blows that fell when the signer was done already. */
  late: number;
  /** Lives that ended by themselves. */
  ended: number;
  /** Statements that were heard, those that were said again included. */
  heard: number;
  /** Rounds in which a signer said two different things. */
  contradictions: number;
  /** Commitments to nonces, and those of them under which two different shares were heard, or that came twice. */
  commitments: number;
  reused: number;
  /** Seconds from the order to the signature of all. */
  readonly seconds: number[];
  readonly complaints: string[];
}

/** Three of four sign again and again, and are killed while they do, alone or together; what is heard is held together. */
export async function signAndDie(
  rounds: number,
  { seed, progress }: { readonly seed: number; readonly progress: (text: string) => void },
): Promise<Signings> {
  const random = new SeededRandom(seed);
  const folder = temporaryFolder();
  for (const [number, text] of await makeKeyFiles(
    { parties: SIGNERS.length + 1, threshold: SIGNERS.length },
    random.bytes,
  )) {
    writeFileSync(`${folder}/${number}.json`, text);
  }
  // All of it happens in one group within the half hour for which the relay remembers sessions that have ended.
  const relay = new Relay({ data: temporaryFolder(), args: ["--sessions-per-group", "1000"] });
  const { url } = await relay.ready();
  const ledger = new Ledger();
  const hands = SIGNERS.map((number) => new Hand(number, { folder, url, ledger }));
  for (let round = 1; round <= rounds; round++) {
    const id = Buffer.from(random.bytes(16)).toString("hex");
    const victims = random.pick([[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]);
    const began = performance.now();
    const blows = victims.map((victim) => ({ victim, line: 1 + random.integer(LINES), delay: random.integer(DELAY) }));
    const done = hands.map((hand) => hand.sign(id));
    const struck = blows.map(({ victim, line, delay }) => hands[victim]?.strike(id, { line, delay }));
    const signatures = await within(
      PATIENCE,
      Promise.all([...done, ...struck]).then(() => Promise.all(done)),
    );
    ledger.count(signatures ?? [], (performance.now() - began) / 1_000, id);
    // Whoever hangs once would hang again: what is known by then is told.
    if (signatures === undefined) {
      ledger.outcome.complaints.push(...hands.map((hand) => hand.whereabouts));
      break;
    }
    progress(`signing ${round} of ${rounds}, ${ledger.outcome.killed} killed`);
  }
  for (const hand of hands) await hand.stop();
  await relay.end("SIGTERM");
  return ledger.close();
}

/** Everything that was heard of anybody. */
class Ledger {
  readonly outcome: Signings = {
    signed: 0,
    unsigned: 0,
    killed: 0,
    late: 0,
    ended: 0,
    heard: 0,
    contradictions: 0,
    commitments: 0,
    reused: 0,
    seconds: [],
    complaints: [],
  };
  /** What was said, by session, signer and round. */
  private readonly said = new Map<string, Set<string>>();

  hear(id: string, { from, round, body }: { readonly from: string; readonly round: string; readonly body: string }) {
    this.outcome.heard++;
    const place = [id, from, round].join();
    this.said.set(place, (this.said.get(place) ?? new Set()).add(body));
  }

  count(signatures: readonly string[], seconds: number, id: string): void {
    const [first] = signatures;
    const isSigned = first !== undefined && first !== "" && signatures.every((signature) => signature === first);
    if (isSigned) this.outcome.signed++;
    else {
      this.outcome.unsigned++;
      this.outcome.complaints.push(`${id} was not signed: ${JSON.stringify(signatures)}`);
    }
    this.outcome.seconds.push(seconds);
  }

  /** Which share stands under which commitment, over all signings. */
  close(): Signings {
    const shares = new Map<string, Set<string>>();
    for (const [place, bodies] of this.said) {
      const [id, from, round] = place.split(",");
      if (bodies.size > 1) this.outcome.contradictions++;
      if (Number(round) !== ROUND.commitments) continue;
      const under = this.said.get([id, from, ROUND.shares].join()) ?? new Set();
      for (const commitment of bodies) {
        this.outcome.commitments++;
        if (shares.has(commitment) || under.size > 1) this.outcome.reused++;
        shares.set(commitment, under);
      }
    }
    return this.outcome;
  }
}

interface Surroundings {
  readonly folder: string;
  readonly url: string;
  readonly ledger: Ledger;
}

/** A signer over all its lives. The next one is loaded before it is needed. */
class Hand {
  readonly #number: number;
  readonly #surroundings: Surroundings;
  #life: Life;
  #next: Life;
  #isStopped = false;

  constructor(number: number, surroundings: Surroundings) {
    this.#number = number;
    this.#surroundings = surroundings;
    this.#life = this.#load();
    this.#next = this.#load();
  }

  /** The signature, whatever happens to the process; "" if it gives up. */
  async sign(id: string): Promise<string> {
    for (;;) {
      const life = this.#life;
      const signature = await life.sign(id);
      // Killed: the next life goes on, from the same folder.
      if (signature !== undefined) return signature;
      await life.gone;
      if (this.#isStopped) return "";
      this.#life = this.#next;
      this.#next = this.#load();
    }
  }

  /** Ends the process, so and so far into a signing. */
  async strike(id: string, { line, delay }: { readonly line: number; readonly delay: number }): Promise<void> {
    const { outcome } = this.#surroundings.ledger;
    const life = this.#life;
    if (!(await life.hasSaid(line, id))) {
      outcome.late++;
      return;
    }
    await sleep(delay);
    if (life.isOver(id)) {
      outcome.late++;
      return;
    }
    life.kill();
    if ((await life.gone) === KILLED) outcome.killed++;
    else {
      outcome.ended++;
      outcome.complaints.push(`signer ${this.#number} ended by itself: ${life.complaint}`);
    }
  }

  /** How far it is, for a person. */
  get whereabouts(): string {
    return `signer ${this.#number} has said: ${this.#life.said}`;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const life of [this.#life, this.#next]) {
      life.kill();
      await life.gone;
    }
  }

  #load(): Life {
    const { folder, url, ledger } = this.#surroundings;
    return new Life([folder, url, `${this.#number}`], ledger);
  }
}

/** One process of a signer. */
class Life {
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
