import { createHash } from "node:crypto";
import { MemoryJournal, openSession, RelayConnection, runCeremony, type SessionEvent } from "@countersign/client";
import { nodeBackend } from "@countersign/noise/node";
import { frostSign, keyGroup } from "@countersign/signing";
import { encodeHex } from "@countersign/wire";
import { holderOf, type KeyHolder, makeKeyFiles } from "../reliability/key-file.ts";
import { sleep, within } from "../reliability/wait.ts";

/** Seconds after which a signing has neither a signature nor a reason: it hangs. */
const PATIENCE = 150;
/** Seconds between two signings of a pair. */
const PAUSE = 2;
/** What a statement of a ceremony begins with: its type, the chain and the signature (spec 0005, section 2). */
const STATEMENT = { type: 1, head: 1 + 32 + 64 };

/** What came of all signings of all pairs. */
export class Signings {
  signed = 0;
  /** Two that signed the same have different signatures. */
  different = 0;
  /** Signings that ended at neither of the two. */
  hanging = 0;
  /** Reasons of those that ended without a signature, and how often. */
  readonly reasons = new Map<string, number>();
  /** Different statements of one party in one round. */
  contradictions = 0;
  readonly seconds: number[] = [];
  readonly #said = new Map<string, string>();

  hear(place: string, body: Uint8Array): void {
    const hash = createHash("sha256").update(body).digest("hex");
    const before = this.#said.get(place);
    if (before !== undefined && before !== hash) this.contradictions++;
    this.#said.set(place, hash);
  }

  failed(reason: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }
}

/** Two with a key of their own, who sign one thing after the other through whatever node there is. */
export class SigningPair {
  readonly #holders: readonly KeyHolder[];
  readonly #relays: readonly RelayConnection[];
  readonly #signings: Signings;
  #isOver = false;

  private constructor(holders: readonly KeyHolder[], urls: readonly string[], signings: Signings) {
    this.#holders = holders;
    this.#relays = holders.map(() => new RelayConnection({ url: urls }));
    this.#signings = signings;
  }

  static async make(urls: readonly string[], signings: Signings): Promise<SigningPair> {
    const files = await makeKeyFiles({ parties: 2, threshold: 2 }, randomBytes);
    return new SigningPair([...files.values()].map(holderOf), urls, signings);
  }

  /** Signs until `stop`. */
  async live(): Promise<void> {
    while (!this.#isOver) {
      await this.#sign();
      await sleep(PAUSE * 1_000);
    }
    for (const relay of this.#relays) relay.close();
  }

  stop(): void {
    this.#isOver = true;
  }

  async #sign(): Promise<void> {
    const begun = performance.now();
    const [id, payload] = [randomBytes(16), randomBytes(32)];
    const both = this.#holders.map((holder, i) => this.#signAs(holder, { relay: this.#relays[i], id, payload }));
    const signatures = await within(PATIENCE, Promise.allSettled(both));
    if (signatures === undefined) {
      this.#signings.hanging++;
      return;
    }
    const made = new Set(signatures.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
    const failed = signatures.flatMap((one) => (one.status === "rejected" ? [reasonOf(one.reason)] : []));
    for (const reason of failed) this.#signings.failed(reason);
    if (made.size > 1) this.#signings.different++;
    if (failed.length > 0) return;
    this.#signings.signed++;
    this.#signings.seconds.push((performance.now() - begun) / 1_000);
  }

  async #signAs({ share, pins, self }: KeyHolder, { relay, id, payload }: Signing): Promise<string> {
    if (relay === undefined) throw new Error("a pair has two relays");
    const { number, threshold } = share;
    const place = { group: keyGroup(share), session: id, number, pins };
    const key = { ...place, kind: "sign", parties: 2, threshold } as const;
    const session = await openSession({ relay, journal: new MemoryJournal(), backend: nodeBackend, key, self });
    const events = session.events();
    const ready = await readyOf(events);
    const { transcript } = ready;
    const proposal = number === 1 ? { proposal: { kind: "bytes", bytes: payload } as const } : {};
    const signers = [number, ...pins.map((pin) => pin.number)].sort((a, b) => a - b);
    const run = runCeremony({
      session,
      events: this.#overheard(events, `${encodeHex(id)} ${number}`),
      ready,
      self,
      protocol: frostSign({ share, signers, transcript, ...proposal, approve: () => true, randomBytes }),
      journal: { write: async () => undefined },
    });
    const { result } = await run.result;
    // The other one may need what this one has said: the session stays until both are done.
    await run.close();
    return result.kind === "message" ? encodeHex(result.signature) : "";
  }

  async *#overheard(events: AsyncIterable<SessionEvent>, by: string): AsyncGenerator<SessionEvent> {
    for await (const event of events) {
      if (event.type === "message" && event.bytes[0] === STATEMENT.type) {
        this.#signings.hear(`${by} ${event.from} ${event.round}`, event.bytes.subarray(STATEMENT.head));
      }
      yield event;
    }
  }
}

interface Signing {
  readonly relay: RelayConnection | undefined;
  /** 16 bytes: the session. */
  readonly id: Uint8Array;
  readonly payload: Uint8Array;
}

async function readyOf(events: AsyncIterable<SessionEvent>): Promise<Extract<SessionEvent, { type: "ready" }>> {
  for await (const event of events) {
    if (event.type === "ready") return event;
    if (event.type === "failed") throw new Error(event.code);
    if (event.type === "ended") throw new Error("ended");
  }
  throw new Error("the session ended before it was ready");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
