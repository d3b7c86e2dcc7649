import { WebSocket } from "ws";
import { CallError, Client, type Event, encode, secret, uuid } from "./client.ts";
import { sleep } from "./wait.ts";

/** What one session did, as all its members saw it together. */
export class Ledger {
  readonly group: string;
  readonly session: string;
  readonly size: number;
  /** What was seen under each seq by whoever saw it first. */
  readonly #order = new Map<number, string>();
  /** Faults of the relay, by kind. */
  readonly faults = { lost: 0, duplicated: 0, reordered: 0, gaps: 0, answersChanged: 0 };
  /** Messages that were acknowledged to their senders. */
  acknowledged = 0;
  /** Messages that were delivered. */
  delivered = 0;

  constructor(index: number, size: number) {
    this.group = uuid(0x1_0000 + index);
    this.session = uuid(0x2_0000 + index);
    this.size = size;
  }

  /** A member has seen an event: under this seq there must be the same one for everybody. */
  see(seq: number, what: string): void {
    const known = this.#order.get(seq);
    if (known === undefined) this.#order.set(seq, what);
    else if (known !== what) this.faults.reordered++;
  }
}

export interface MemberOptions {
  readonly number: number;
  /** The address that it comes from. */
  readonly from?: string;
  /** Length that its messages are filled up to. */
  readonly bodyBytes?: number;
}

/**
 * A member of a session that sends as fast as it may, comes back as often as it must, sends again what it has no
 * answer to, and keeps books about what it is sent.
 */
export class Member {
  readonly number: number;
  readonly ledger: Ledger;
  /** Seq that each of its messages was acknowledged with, by cseq − 1. */
  readonly #acknowledged: (number | undefined)[] = [];
  /** How many messages of each other member it has; they must come as 1, 2, 3, … */
  readonly #received = new Map<number, number>();
  readonly #from: string | undefined;
  readonly #bodyBytes: number;
  /** The newest event that it has processed. */
  #after = 0;
  #acked = 0;
  #client: Client | undefined;
  /** Counts attempts to connect: what an older one brings is not heard. */
  #attempt = 0;

  constructor(ledger: Ledger, { number, from, bodyBytes = 0 }: MemberOptions) {
    this.ledger = ledger;
    this.number = number;
    this.#from = from;
    this.#bodyBytes = bodyBytes;
  }

  /** Connects, and opens or resumes. Rejects if it is cut meanwhile. */
  async connect(url: string): Promise<void> {
    const attempt = ++this.#attempt;
    const client = await Client.connect(url, {
      ...(this.#from === undefined ? {} : { from: this.#from }),
      onEvent: (event) => {
        if (attempt === this.#attempt) this.#take(event);
      },
    });
    // Whoever has given up waiting for it must not find it there later, beside the next one.
    if (attempt !== this.#attempt) {
      client.cut();
      throw new Error("given up");
    }
    this.#client = client;
    const { group, session, size } = this.ledger;
    const token = secret(0x100 + this.number);
    // Whoever has seen no event may have been taken in already; the same eid and token get the same place.
    if (this.#after > 0) await client.call("Session.resume", { session, token, after: this.#after });
    else await client.call("Session.open", { ...member(this.number, size), group, session, token });
  }

  /** Resolves with the code that the connection is closed with. */
  async closed(): Promise<number> {
    const { code } = (await this.#client?.closed) ?? { code: 0 };
    return code;
  }

  /**
   * Sends what is not acknowledged yet, in its order, and then new messages until the connection ends (or none of
   * these), `lanes` at a time, each with `pause` milliseconds between an answer and the next message.
   */
  async send({ lanes, fresh, pause = 0 }: { lanes: number; fresh: boolean; pause?: number }): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const missing = [...this.#acknowledged.keys()].filter((index) => this.#acknowledged[index] === undefined);
    const lane = async (): Promise<void> => {
      for (;;) {
        const index = missing.shift() ?? (fresh ? this.#acknowledged.push(undefined) - 1 : undefined);
        if (index === undefined) return;
        await this.#say(client, index + 1);
        if (pause > 0) await Promise.race([sleep(pause), client.closed]);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane)).catch((error: Error) => {
      if (error instanceof CallError) throw error;
    });
  }

  /** Sends one more message; resolves when it is acknowledged, rejects where it is not. */
  async sayNext(): Promise<void> {
    if (this.#client === undefined) throw new Error("not connected");
    await this.#say(this.#client, this.#acknowledged.push(undefined));
  }

  /** How many messages it has sent. */
  get said(): number {
    return this.#acknowledged.length;
  }

  get isConnected(): boolean {
    return this.#client?.webSocket.readyState === WebSocket.OPEN;
  }

  /** Takes nothing more from its socket, and says so to nobody. */
  stopReading(): void {
    this.#client?.webSocket.pause();
  }

  /** Breaks the connection without a word. */
  cut(): void {
    this.#attempt++;
    this.#client?.cut();
  }

  /** Sends again the newest message that was acknowledged: the answer must be the same, and nobody may hear it. */
  async repeat(): Promise<void> {
    const cseq = this.#acknowledged.findLastIndex((seq) => seq !== undefined) + 1;
    if (cseq > 0 && this.#client !== undefined) await this.#say(this.#client, cseq);
  }

  /** Counts what the others were acknowledged and this member never got. */
  missing(others: readonly Member[]): number {
    return others
      .filter((other) => other !== this)
      .reduce((sum, other) => sum + Math.max(0, other.#acknowledged.length - this.#countOf(other.number)), 0);
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  #countOf(other: number): number {
    return this.#received.get(other) ?? 0;
  }

  async #say(client: Client, cseq: number): Promise<void> {
    const envelopes = [{ to: 0, body: encode(`${this.number}:${cseq}`.padEnd(this.#bodyBytes)) }];
    const answer = { session: this.ledger.session, cseq, envelopes };
    const { seq } = await client.call<{ seq: number }>("Session.message", answer);
    const before = this.#acknowledged[cseq - 1];
    if (before !== undefined && before !== seq) this.ledger.faults.answersChanged++;
    if (before === undefined) this.ledger.acknowledged++;
    this.#acknowledged[cseq - 1] = seq;
    this.ledger.see(seq, `${this.number}:${cseq}`);
  }

  #take({ name, params }: Event): void {
    const { seq, previous } = params as { seq?: number; previous?: number };
    if (seq === undefined) return;
    if (seq <= this.#after) this.ledger.faults.duplicated++;
    else if (previous !== this.#after) this.ledger.faults.gaps++;
    this.#after = seq;
    if (name === "message") for (const body of params["bodies"] as string[]) this.#read(seq, decode(body));
    else this.ledger.see(seq, name);
    if (seq - this.#acked >= 64) this.#acknowledge(seq);
  }

  #read(seq: number, message: string): void {
    const [from = 0, cseq = 0] = message.split(":").map(Number);
    const expected = this.#countOf(from) + 1;
    this.ledger.delivered++;
    this.ledger.see(seq, message);
    if (cseq < expected) this.ledger.faults.duplicated++;
    if (cseq > expected) this.ledger.faults.lost += cseq - expected;
    this.#received.set(from, Math.max(cseq, expected - 1));
  }

  /** What all have processed, the relay forgets. */
  #acknowledge(seq: number): void {
    this.#acked = seq;
    this.#client?.call("Session.ack", { session: this.ledger.session, seq }).catch(() => undefined);
  }
}

/** What a member opens a session with, but for where and its token. */
export const member = (number: number, parties: number) => ({
  kind: "exchange",
  parties,
  threshold: 2,
  eid: secret(number),
  versions: "AQ",
});

const decode = (body: string): string => Buffer.from(body, "base64url").toString().trimEnd();

/** A sum over sessions. */
export function total(ledgers: readonly Ledger[], what: "acknowledged" | "delivered" | keyof Ledger["faults"]): number {
  const count = (ledger: Ledger) =>
    what === "acknowledged" || what === "delivered" ? ledger[what] : ledger.faults[what];
  return ledgers.reduce((sum, ledger) => sum + count(ledger), 0);
}
