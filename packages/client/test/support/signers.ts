import {
  addEntry,
  type CeremonyEvent,
  type CeremonyJournal,
  type CeremonyResult,
  type CeremonyRun,
  decodeEntry,
  encodeEntry,
  type Journal,
  type JournalEntry,
  type Meeting,
  openSession,
  RelayConnection,
  resumeSession,
  runCeremony,
  type Session,
  type SessionEvent,
  type SessionRecord,
} from "@countersign/client";
import type { RoundProtocol } from "@countersign/session";
import { SeededRandom } from "@countersign/testkit";
import { AlarmClock } from "./alarm-clock.ts";
import { identityOf, keyGroup, labelOf, pinsOf } from "./key-holders.ts";
import { MemoryRelay } from "./memory-relay.ts";
import { cheapKdf } from "./two-parties.ts";

/** The disk of one party: what was written survives the processes that wrote it. */
class Disk<Result> {
  readonly entries: Uint8Array[] = [];
  checkpoint: Uint8Array | undefined;
  /** Stored before the ceremony is left. */
  result: CeremonyResult<Result> | undefined;
  /** Whether nothing of the ceremony is needed any more. */
  isOver = false;
  /** Writes so far, of both journals. */
  writes = 0;
  /** Whether checkpoints are never written. */
  isSlow = false;
  /** Whether checkpoints cannot be written. */
  isFull = false;
  /** Called at each write; true if the process ends with it. */
  ends: (write: number) => boolean = () => false;

  read(): SessionRecord {
    let record: SessionRecord | undefined;
    for (const line of this.entries) {
      const entry = decodeEntry(line);
      if (!entry.ok) throw new Error(entry.detail);
      record = addEntry(record, entry.value);
    }
    if (record === undefined) throw new Error("an empty disk");
    return record;
  }
}

/** One process of a party. */
class Process implements Journal, CeremonyJournal {
  readonly relay: RelayConnection;
  private readonly disk: Disk<unknown>;
  private readonly died: () => void;
  live = true;

  constructor(disk: Disk<unknown>, relay: RelayConnection, died: () => void) {
    this.disk = disk;
    this.relay = relay;
    this.died = died;
  }

  write(what: JournalEntry | Uint8Array): Promise<void> {
    if (!this.live || (this.disk.isSlow && what instanceof Uint8Array)) return new Promise(() => undefined);
    if (this.disk.isFull && what instanceof Uint8Array) return Promise.reject(new Error("no space left"));
    if (what instanceof Uint8Array) this.disk.checkpoint = what.slice();
    else this.disk.entries.push(encodeEntry(what));
    if (!this.disk.ends(++this.disk.writes)) return Promise.resolve();
    this.kill();
    this.died();
    return new Promise(() => undefined);
  }

  kill(): void {
    this.live = false;
    this.relay.close();
  }
}

/** A party of a ceremony whose process can end at any write, and begins anew a moment later. */
export class Signer<Result> {
  readonly events: CeremonyEvent[] = [];
  readonly disk = new Disk<Result>();
  run: CeremonyRun<Result> | undefined;
  session: Session | undefined;
  lives = 0;
  private readonly stage: Stage<Result>;
  /** Whose label and identity it has. */
  private readonly number: number;

  constructor(stage: Stage<Result>, number: number) {
    this.stage = stage;
    this.number = number;
  }

  /** From the first process to the last one. */
  async live(): Promise<CeremonyResult<Result>> {
    while (!this.disk.isOver) {
      const ended = Promise.withResolvers<undefined>();
      const process = new Process(this.disk, this.stage.connect(), () => ended.resolve(undefined));
      await Promise.race([this.once(process), ended.promise]);
      await new Promise<void>((resolve) => this.stage.clock.wakeAt(this.stage.clock.now().ms + 500, resolve));
    }
    if (this.disk.result === undefined) throw new Error("a ceremony that is over without a result");
    return this.disk.result;
  }

  private async once(process: Process) {
    this.lives += 1;
    const { clock, randomBytes } = this.stage;
    const surroundings = { relay: process.relay, journal: process, clock, randomBytes };
    const self = { label: labelOf(this.number), identity: identityOf(this.number) };
    const session =
      this.disk.entries.length === 0
        ? await openSession({ ...surroundings, ...this.stage.meet(this.number), self, kdf: cheapKdf })
        : await resumeSession({ ...surroundings, record: this.disk.read() });
    this.session = session;
    const events = session.events();
    const ready = await readyOf(session, events);
    const { checkpoint } = this.disk;
    const protocol = this.stage.protocol(session.number, ready);
    const resumed = checkpoint === undefined ? {} : { checkpoint };
    const run = runCeremony({ session, events, ready, self, protocol, journal: process, clock, ...resumed });
    this.run = run;
    void this.listen(run);
    const result = await run.result;
    if (process.live) this.disk.result = result;
    await run.close();
    if (process.live) this.disk.isOver = true;
    process.relay.close();
  }

  private async listen(run: CeremonyRun<Result>): Promise<void> {
    for await (const event of run.events()) this.events.push(event);
  }
}

export interface StageOptions<Result> {
  readonly seed?: number;
  readonly parties: number;
  readonly protocol: (number: number, ready: Ready) => RoundProtocol<Result>;
  /** With the key of these tests, by default. */
  readonly meet?: (number: number) => Meeting;
}

export type Ready = Extract<SessionEvent, { type: "ready" }>;

/** Where those meet who have a key: a relay in memory, on a virtual clock. */
export class Stage<Result> {
  readonly clock = new AlarmClock();
  readonly randomBytes: (length: number) => Uint8Array;
  readonly relay: MemoryRelay;
  readonly meet: (number: number) => Meeting;
  readonly protocol: StageOptions<Result>["protocol"];

  constructor({ seed = 1, parties, protocol, meet }: StageOptions<Result>) {
    const random = new SeededRandom(seed);
    this.randomBytes = random.bytes;
    this.relay = new MemoryRelay({ clock: this.clock, random, fate: () => "pass" });
    const meeting = { group: keyGroup, kind: "sign", parties, threshold: parties } as const;
    this.meet = meet ?? ((number) => ({ key: { ...meeting, number, pins: pinsOf(number) } }));
    this.protocol = protocol;
  }

  connect(): RelayConnection {
    const { clock, randomBytes, relay } = this;
    return new RelayConnection({ url: "ws://relay.example", transport: relay, clock, randomBytes });
  }
}

/** Everybody says yes to the SAS, where anybody is asked. */
async function readyOf(session: Session, events: AsyncIterable<SessionEvent>): Promise<Ready> {
  for await (const event of events) {
    if (event.type === "ready") return event;
    if (event.type === "sas" && !event.verified) session.confirm(true);
    if (event.type === "failed" || event.type === "ended") throw new Error(JSON.stringify(event));
  }
  throw new Error("the session ended before it was ready");
}
