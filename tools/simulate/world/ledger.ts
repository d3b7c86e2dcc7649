import type { Written } from "./medium.ts";

interface Asked {
  readonly method: string;
  readonly params: {
    readonly session?: string;
    readonly cseq?: number;
    readonly after?: number;
    readonly envelopes?: readonly { readonly to: number; readonly body: string }[];
  };
}

interface Event {
  readonly session: string;
  readonly seq?: number;
  readonly previous?: number;
  readonly from?: number;
  readonly bodies?: readonly string[];
}

/** One connection of a client, as far as it was heard. */
interface Heard {
  readonly asked: Map<number, Asked>;
  /** By session: which member it is, and the last event that it has. */
  readonly seats: Map<string, { number: number; last: number; has: number }>;
}

type Envelopes = NonNullable<Asked["params"]["envelopes"]>;

/**
 * What an honest relay has promised, and whether it keeps it: an acknowledgement stands for something durable; one total
 * order, without a gap, the same for all and over all restarts; each message once.
 */
export class Ledger {
  readonly faults: string[] = [];
  acknowledged = 0;
  delivered = 0;
  private readonly written: Written;
  private readonly connections = new Map<object, Heard>();
  /** By session and seq: what the event is for everybody. */
  private readonly order = new Map<string, string>();
  /** By session, member and cseq: what was sent, and the seq that it was acknowledged with. */
  private readonly sent = new Map<string, { readonly envelopes: Envelopes; seq?: number }>();
  /** By session and seq: the message that was acknowledged with it. */
  private readonly promised = new Map<string, { readonly from: number; readonly envelopes: Envelopes }>();
  /** By session and member: the events that it has. */
  private readonly has = new Map<string, Map<number, readonly string[]>>();

  /** `written`: what was durable at any time. */
  constructor(written: Written) {
    this.written = written;
  }

  /** A text has left a client, or reached it. */
  heard(connection: object, direction: "up" | "down", text: string): void {
    const heard = this.connections.get(connection) ?? { asked: new Map(), seats: new Map() };
    this.connections.set(connection, heard);
    const message = read(text);
    if (message === undefined) return;
    if (direction === "up") {
      if (message.id !== undefined) heard.asked.set(message.id, message as unknown as Asked);
    } else if (message.method !== undefined) this.told(heard, message.method, message.params as Event);
    else if (message.id !== undefined && message.result !== undefined) this.answered(heard, message.id, message.result);
  }

  /** What is missing at the end: of what was acknowledged, and is in front of what a member has. */
  missing(): readonly string[] {
    const faults: string[] = [];
    for (const [key, { from, envelopes }] of this.promised) {
      const [session = "", at] = key.split(" ");
      const seq = Number(at);
      for (const [seat, events] of this.has) {
        const [of, member] = seat.split(" ");
        const bodies = bodiesFor(envelopes, Number(member));
        if (of !== session || Number(member) === from || bodies.length === 0) continue;
        const last = Math.max(0, ...events.keys());
        const got = events.get(seq);
        if (got === undefined && last > seq) faults.push(`member ${member} never got the acknowledged event ${seq}`);
        if (got !== undefined && got.join() !== bodies.join())
          faults.push(`member ${member} got another event ${seq} than was sent`);
      }
    }
    return faults;
  }

  private answered(heard: Heard, id: number, result: object): void {
    const asked = heard.asked.get(id);
    heard.asked.delete(id);
    if (asked === undefined) return;
    const { method, params } = asked;
    if (method === "Session.open" || method === "Session.resume") {
      const { session, number } = result as { session: string; number: number };
      heard.seats.set(session, { number, last: params.after ?? 0, has: 0 });
    }
    if (method === "Session.message") this.acknowledge(heard, params, (result as { seq: number }).seq);
  }

  private acknowledge(heard: Heard, { session = "", cseq = 0, envelopes = [] }: Asked["params"], seq: number): void {
    const from = heard.seats.get(session)?.number;
    if (from === undefined) return this.fault("a message was acknowledged that nobody could send");
    this.acknowledged += 1;
    const key = `${session} ${from} ${cseq}`;
    if (!this.written.has(session, from, cseq))
      this.fault(`acknowledged and not durable: member ${from}, cseq ${cseq}`);
    const known = this.sent.get(key) ?? { envelopes };
    if (known.seq !== undefined && known.seq !== seq)
      this.fault(`cseq ${cseq} of member ${from} is both ${known.seq} and ${seq}`);
    known.seq = seq;
    this.sent.set(key, known);
    this.place(session, seq, `message of ${from}`);
    this.promised.set(`${session} ${seq}`, { from, envelopes: known.envelopes });
  }

  private told(heard: Heard, method: string, { session, seq, previous, from, bodies }: Event): void {
    const seat = heard.seats.get(session);
    if (seq === undefined || seat === undefined) return;
    this.delivered += 1;
    if (seq <= seat.last) return this.fault(`member ${seat.number} was told event ${seq} behind ${seat.last}`);
    if (previous !== undefined && previous !== seat.has && seat.has !== 0) {
      this.fault(`member ${seat.number} was told ${seq} with ${previous} before it, and was told ${seat.has}`);
    }
    if (previous !== undefined && previous > seat.last) this.fault(`member ${seat.number} was not told ${previous}`);
    seat.last = seq;
    seat.has = seq;
    this.place(session, seq, from === undefined ? method : `message of ${from}`);
    const key = `${session} ${seat.number}`;
    const events = this.has.get(key) ?? new Map<number, readonly string[]>();
    this.has.set(key, events);
    events.set(seq, bodies ?? []);
  }

  /** One order for all: what stands at a place once stands there for ever. */
  private place(session: string, seq: number, what: string): void {
    const key = `${session} ${seq}`;
    const known = this.order.get(key) ?? what;
    if (known !== what) this.fault(`event ${seq} is a ${known} and a ${what}`);
    this.order.set(key, known);
  }

  private fault(what: string): void {
    this.faults.push(what);
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: object;
  readonly result?: object;
}

/** Undefined for what somebody between has made of it. */
function read(text: string): Message | undefined {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return undefined;
  }
}

function bodiesFor(envelopes: Envelopes, member: number): readonly string[] {
  return envelopes.filter(({ to }) => to === 0 || to === member).map(({ body }) => body);
}
