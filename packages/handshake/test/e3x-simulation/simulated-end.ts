import type { SeededRandom } from "@countersign/testkit";
import { concat, equalBytes, readU64, u64 } from "@countersign/wire";
import type { Role } from "../../src/exchange/at.ts";
import { Order } from "../../src/exchange/at.ts";
import type { CipherSet, ExchangeKeys, Incoming } from "../../src/exchange/cipher-set.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import type { ExchangeInput, ExchangeOutput } from "../../src/exchange/exchange-types.ts";
import type { HandshakeMessage } from "../../src/exchange/message-group.ts";
import type { Instant, Persist } from "../../src/machine.ts";
import { PersistGate } from "../../src/persist-gate.ts";
import { type Books, must } from "./books.ts";
import { checksum } from "./stand-ins.ts";

export type EndInput =
  | ExchangeInput
  | { readonly type: "packet"; readonly bytes: Uint8Array }
  /** Say something under the keys that are live. */
  | { readonly type: "say" }
  /** Think better of the exchange that is live. */
  | { readonly type: "reject" };

export type EndOutput =
  | { readonly type: "send"; readonly to: number; readonly bytes: Uint8Array }
  | { readonly type: "wake"; readonly at: number | undefined };

/** How an application decides over what it is offered, with what probability. */
export interface Temper {
  readonly refuse: number;
  readonly ignore: number;
  /** Most ms that it thinks about it. */
  readonly thinkMs: number;
}

export interface SimulatedEndOptions<Peer, Packet extends Incoming, Introduced> {
  /** Its order, and its place in the books. */
  readonly end: 0 | 1;
  readonly cipherSet: CipherSet<Peer, Packet, Introduced>;
  readonly messages: readonly HandshakeMessage[];
  readonly books: Books;
  readonly random: SeededRandom;
  /** The `at` in a handshake packet that leaves; undefined where only the ends can read it. */
  readonly atOf: ((bytes: Uint8Array) => bigint) | undefined;
}

type Machine = ExchangeOutput<unknown, unknown>;
type Entry = { readonly at: bigint };

interface Channel {
  readonly keys: ExchangeKeys;
  readonly heard: Set<number>;
  sent: number;
}

interface Offered {
  readonly id: number;
  readonly role: Role;
  /** How many messages; there are more each time. */
  readonly count: number;
}

/** For how long the machine remembers what was refused, in ms. */
const MEMORY = 30_000;
const HANDSHAKE = 0;
const FRAME = 1;

/**
 * One end as a process has it: the exchange machine behind a disk that takes its time, an application that decides, and
 * the least of a channel: numbered frames that are taken once.
 */
export class SimulatedEnd<Peer, Packet extends Incoming, Introduced> {
  /** The name of the exchange whose keys are the ones to use. */
  current: number | undefined;
  temper: Temper = { refuse: 0, ignore: 0, thinkMs: 0 };
  private readonly options: SimulatedEndOptions<Peer, Packet, Introduced>;
  private readonly machine: Exchange<Peer, Packet, Introduced>;
  private readonly gate = new PersistGate<Machine, Entry>();
  private readonly channels = new Map<number, Channel>();
  /** What was offered last, by `at`. */
  private readonly offers = new Map<bigint, Offered>();
  /** Names the handshake that was CONFIRMED last. */
  private handshake = 0;
  /** What the peer has said and was refused: up to which `at`, and until when that is remembered. */
  private refused = { at: 0n, until: 0 };
  private writes: { readonly id: number; readonly at: bigint; readonly due: number }[] = [];
  private decisions: { readonly input: ExchangeInput; readonly due: number }[] = [];
  private machineWake: number | undefined;
  private outputs: EndOutput[] = [];

  constructor(options: SimulatedEndOptions<Peer, Packet, Introduced>) {
    const { end, cipherSet, messages, books } = options;
    this.options = options;
    const order = end === 1 ? Order.ODD : Order.EVEN;
    this.machine = new Exchange({ cipherSet, order, highest: books.disks[end].highest, messages });
  }

  /** The keys to use. */
  get keys(): ExchangeKeys | undefined {
    return this.current === undefined ? undefined : this.channels.get(this.current)?.keys;
  }

  /** Whether nothing is waited for any more. */
  get idle(): boolean {
    return this.machineWake === undefined;
  }

  step(input: EndInput, now: Instant): readonly EndOutput[] {
    this.outputs = [];
    this.passTime(now);
    if (input.type === "say") this.say();
    else if (input.type === "reject") this.reject(now);
    else if (input.type === "packet" && "bytes" in input) this.receive(input.bytes, now);
    else if (input.type !== "time") this.drive(input, now);
    const due = [this.machineWake, ...this.writes.map((write) => write.due), ...this.decisions.map(({ due }) => due)];
    const next = due.filter((at) => at !== undefined);
    this.outputs.push({ type: "wake", at: next.length === 0 ? undefined : Math.min(...next) });
    return this.outputs;
  }

  /** The process ends: what it was about to write is on disk up to some entry, and all else is lost. */
  crash(): void {
    const { books, end, random } = this.options;
    for (const { at } of this.writes) {
      if (random.chance(0.5)) return;
      books.written(end, at);
    }
  }

  private passTime(now: Instant): void {
    for (let write = this.writes[0]; write !== undefined && write.due <= now.ms; write = this.writes[0]) {
      this.writes.shift();
      this.options.books.written(this.options.end, write.at);
      this.perform(this.gate.persisted(write.id), now);
    }
    const due = this.decisions.filter((decision) => decision.due <= now.ms);
    this.decisions = this.decisions.filter((decision) => decision.due > now.ms);
    this.drive({ type: "time" }, now);
    for (const { input } of due) this.drive(input, now);
  }

  private drive(input: ExchangeInput, now: Instant): void {
    const outputs = this.machine.step(input, now);
    // Time waits for no disk.
    for (const output of outputs) if (output.type === "wake") this.machineWake = output.at;
    const gated = outputs
      .filter(({ type }) => type !== "wake")
      .map((output) => (output.type === "persist-at" ? this.gate.persist({ at: output.at }) : output));
    this.perform(this.gate.pass(gated), now);
  }

  private perform(outputs: readonly (Machine | Persist<Entry>)[], now: Instant): void {
    for (const output of outputs) {
      if (output.type === "persist") {
        const due = now.ms + this.options.random.integer(40);
        const last = this.writes.at(-1)?.due ?? 0;
        this.writes.push({ id: output.id, at: output.entry.at, due: Math.max(due, last) });
      } else this.act(output, now);
    }
  }

  private act(output: Machine, now: Instant): void {
    const { end, books } = this.options;
    if (output.type === "send") this.send(output.body);
    else if (output.type === "offer") this.decide(output, now);
    else if (output.type === "establish") {
      this.channels.set(output.id, { keys: output.keys, heard: new Set(), sent: 0 });
    } else if (output.type === "confirmed") {
      const channel = this.channels.get(output.id);
      must(channel !== undefined, `end ${end} confirms an exchange that it has no keys of`);
      if (channel === undefined) return;
      const offer = this.offers.get(output.at);
      must(offer !== undefined, `end ${end} confirms ${output.at}, which nobody has accepted`);
      if (offer === undefined) return;
      books.confirm(end, output.at, { keys: channel.keys, role: offer.role });
      this.current = output.id;
      this.handshake = offer.id;
      for (const id of this.channels.keys()) if (id < output.id) this.channels.delete(id);
      this.say();
    } else if (output.type === "discard") {
      this.channels.delete(output.id);
      if (this.current === output.id) this.current = undefined;
    } else if (output.type === "repeat-greeting" && this.channels.has(output.id)) this.say();
  }

  private send(body: Uint8Array): void {
    const { end, books, atOf, messages } = this.options;
    if (atOf !== undefined) books.sent(end, atOf(body), messages.length, body);
    this.outputs.push({ type: "send", to: 2 - end, bytes: concat(Uint8Array.of(HANDSHAKE), body) });
  }

  private decide({ id, at, role, messages }: Machine & { readonly type: "offer" }, now: Instant): void {
    const { random, messages: required } = this.options;
    const before = this.offers.get(at);
    const again = before?.id === id && before.count >= messages.length;
    const refused = role === "responder" && at <= this.refused.at && now.ms < this.refused.until;
    must(!again && !refused, `end ${this.options.end} is offered ${at} twice`);
    this.offers.set(at, { id, role, count: messages.length });
    if (messages.length < required.length || random.chance(this.temper.ignore)) return;
    const input: ExchangeInput = { type: random.chance(this.temper.refuse) ? "refuse" : "accept", id };
    if (this.temper.thinkMs === 0) {
      // Only what is said at once is sure to come in time.
      const inTime = this.writes.length === 0;
      if (input.type === "refuse" && role === "responder" && inTime) this.refused = { at, until: now.ms + MEMORY };
      this.drive(input, now);
    } else this.decisions.push({ input, due: now.ms + random.integer(this.temper.thinkMs) });
  }

  private reject(now: Instant): void {
    if (this.current !== undefined) this.drive({ type: "refuse", id: this.handshake }, now);
  }

  private say(): void {
    const channel = this.current === undefined ? undefined : this.channels.get(this.current);
    if (channel === undefined) return;
    const { sendToken, sendKey } = channel.keys;
    const n = u64(BigInt(channel.sent++));
    const bytes = concat(Uint8Array.of(FRAME), sendToken, n, checksum(sendKey, n));
    this.outputs.push({ type: "send", to: 2 - this.options.end, bytes });
  }

  private receive(bytes: Uint8Array, now: Instant): void {
    const body = bytes.subarray(1);
    if (bytes[0] === HANDSHAKE) return this.drive({ type: "packet", body }, now);
    if (bytes[0] !== FRAME || body.length !== 32) return;
    const [token, n, tag] = [body.subarray(0, 16), body.subarray(16, 24), body.subarray(24)];
    for (const [id, { keys, heard }] of this.channels) {
      if (!equalBytes(token, keys.receiveToken) || !equalBytes(tag, checksum(keys.receiveKey, n))) continue;
      const number = Number(readU64(n, 0));
      if (heard.has(number)) return;
      heard.add(number);
      this.options.books.deliver(this.options.end, keys.receiveKey, number);
      return this.drive({ type: "heard", id }, now);
    }
  }
}
