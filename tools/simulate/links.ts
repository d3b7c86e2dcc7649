import type { SeededRandom } from "@countersign/testkit";
import type { Agenda } from "./agenda.ts";

/** A message of a ceremony between two parties. */
export interface Message {
  readonly from: number;
  readonly to: number;
  readonly round: number;
  readonly bytes: Uint8Array;
}

/** What the network does to a packet. */
export interface Weather {
  readonly drop: number;
  readonly duplicate: number;
  readonly delayMs: number;
}

/** One direction of a pair, as 0004 has it: numbered, kept until acknowledged, taken in order, told again after a restart. */
interface Link {
  readonly outbox: Message[];
  acknowledged: number;
  readonly inbox: Message[];
  readonly early: Map<number, Message>;
  isAwake: boolean;
}

const RESEND_MS = 1_000;

/** The channels between all parties, over a relay that loses, doubles and delays packets, and restarts. */
export class Links {
  /** Hands a message to a party; false: it is down, and nothing was taken in. */
  deliver: (message: Message) => boolean = () => false;
  private readonly links = new Map<string, Link>();
  private readonly log: (() => void)[] = [];
  private readonly agenda: Agenda;
  private readonly random: SeededRandom;
  private readonly weather: Weather;
  private epoch = 0;

  constructor(agenda: Agenda, random: SeededRandom, weather: Weather) {
    this.agenda = agenda;
    this.random = random;
    this.weather = weather;
  }

  /** The message is kept, and sent until it has arrived. */
  send(message: Message): void {
    const link = this.of(message.from, message.to);
    link.outbox.push(message);
    this.transmit(message.from, message.to, link.outbox.length - 1);
    this.wake(message.from, message.to);
  }

  /** All that a party has taken in, as its channels tell it again: each in order, all of them in any. */
  taken(number: number): readonly Message[] {
    const queues = [...this.links].flatMap(([key, link]) => (key.endsWith(`>${number}`) ? [[...link.inbox]] : []));
    const told: Message[] = [];
    for (let left = queues.filter((queue) => queue.length > 0); left.length > 0; ) {
      const next = this.random.pick(left).shift();
      if (next !== undefined) told.push(next);
      left = left.filter((queue) => queue.length > 0);
    }
    return told;
  }

  /** What is under way is lost; then everything that was ever sent is delivered once more. */
  restartRelay(): void {
    this.epoch += 1;
    for (const again of [...this.log]) this.agenda.in(this.random.integer(this.weather.delayMs), again);
  }

  private transmit(from: number, to: number, m: number): void {
    const message = this.of(from, to).outbox[m];
    if (message === undefined) return;
    this.packet(() => this.arrive(message, m));
  }

  private arrive(message: Message, m: number): void {
    const link = this.of(message.from, message.to);
    if (m >= link.inbox.length) link.early.set(m, message);
    for (let next = link.early.get(link.inbox.length); next !== undefined; next = link.early.get(link.inbox.length)) {
      if (!this.deliver(next)) return;
      link.early.delete(link.inbox.length);
      link.inbox.push(next);
    }
    const seen = link.inbox.length;
    this.packet(() => {
      link.acknowledged = Math.max(link.acknowledged, seen);
    });
  }

  private packet(arrives: () => void): void {
    const { drop, duplicate, delayMs } = this.weather;
    this.log.push(arrives);
    const { epoch } = this;
    const once = () =>
      this.agenda.in(1 + this.random.integer(delayMs), () => (epoch === this.epoch ? arrives() : undefined));
    if (this.random.chance(drop)) return;
    once();
    if (this.random.chance(duplicate)) once();
  }

  private wake(from: number, to: number): void {
    const link = this.of(from, to);
    if (link.isAwake) return;
    link.isAwake = true;
    this.agenda.in(RESEND_MS, () => {
      link.isAwake = false;
      if (link.acknowledged >= link.outbox.length) return;
      for (let m = link.acknowledged; m < link.outbox.length; m++) this.transmit(from, to, m);
      this.wake(from, to);
    });
  }

  private of(from: number, to: number): Link {
    const key = `${from}>${to}`;
    const link = this.links.get(key) ?? { outbox: [], acknowledged: 0, inbox: [], early: new Map(), isAwake: false };
    this.links.set(key, link);
    return link;
  }
}
