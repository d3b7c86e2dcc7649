import type { CipherFunctions } from "@countersign/noise";
import { portableBackend } from "@countersign/noise";
import { FrameKind } from "@countersign/wire";
import { PeerConversation } from "../../src/channel/conversation.ts";
import type { ConversationInput, ConversationOutput } from "../../src/channel/conversation-types.ts";
import { install, other, type Side } from "./keys.ts";

/** What becomes of a packet: the delays, in ms, after which copies of it arrive; none: it is lost. */
export type Link = (body: Uint8Array, from: Side) => readonly number[];

export const perfect: Link = () => [1];
export const lost: Link = () => [];

export interface DuoOptions {
  readonly cipher?: CipherFunctions;
  readonly first?: number;
  readonly link?: Link;
  /** What is looked at after every step. */
  readonly watch?: (duo: Duo) => void;
  /** What else is done about an output. */
  readonly react?: (side: Side, output: ConversationOutput) => void;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Two conversations, a link that a test decides on, and a clock that only the test moves. */
export class Duo {
  now = 0;
  link: Link;
  readonly a: PeerConversation;
  readonly b: PeerConversation;
  /** All that a side has said, with the time. */
  readonly said: Readonly<Record<Side, { at: number; output: ConversationOutput }[]>> = { a: [], b: [] };
  private readonly watch: DuoOptions["watch"];
  private readonly react: DuoOptions["react"];
  private readonly wakes: Record<Side, number | undefined> = { a: undefined, b: undefined };
  private due: Due[] = [];
  private order = 0;

  constructor({ cipher, first, link = perfect, watch, react }: DuoOptions = {}) {
    const options = { cipher: cipher ?? portableBackend.cipher("ChaChaPoly") };
    this.a = new PeerConversation(options, first);
    this.b = new PeerConversation(options, first);
    this.link = link;
    this.watch = watch;
    this.react = react;
  }

  /** Installs exchange `id` at both sides, live. */
  connect(id = 1): this {
    this.step("a", install(id, "a"));
    this.step("b", install(id, "b"));
    return this;
  }

  /** Posts messages that are told apart by one byte. */
  post(side: Side, ...bytes: readonly number[]): void {
    for (const byte of bytes) this.step(side, { type: "post", kind: FrameKind.APP, content: Uint8Array.of(byte) });
  }

  step(side: Side, input: ConversationInput): readonly ConversationOutput[] {
    const outputs = this[side].step(input, { ms: this.now, unixSeconds: 0 });
    for (const output of outputs) {
      this.said[side].push({ at: this.now, output });
      if (output.type === "wake") this.wakes[side] = output.at;
      else if (output.type === "send") this.carry(output.body, side);
      this.react?.(side, output);
    }
    this.watch?.(this);
    return outputs;
  }

  /** Does something later. */
  later(delay: number, run: () => void): void {
    this.due.push({ at: this.now + delay, order: this.order++, run });
  }

  /** Lets this many milliseconds pass. */
  run(ms: number): this {
    const end = this.now + ms;
    for (let next = this.next(); next !== undefined && next.at <= end; next = this.next()) {
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
    return this;
  }

  /** What a side has said of one type, since some time. */
  of<Type extends ConversationOutput["type"]>(side: Side, type: Type, since = 0) {
    return this.said[side].flatMap(({ at, output }) =>
      output.type === type && at >= since ? [output as Extract<ConversationOutput, { type: Type }>] : [],
    );
  }

  /** When a side has sent something, since some time. */
  sendTimes(side: Side, since = 0): readonly number[] {
    return this.said[side].flatMap(({ at, output }) => (output.type === "send" && at >= since ? [at] : []));
  }

  private carry(body: Uint8Array, from: Side): void {
    for (const delay of this.link(body, from)) {
      this.later(delay, () => this.step(other(from), { type: "packet", body }));
    }
  }

  private next(): Due | undefined {
    const wakes = (["a", "b"] as const).flatMap((side) => {
      const at = this.wakes[side];
      return at === undefined ? [] : [{ at, order: -1, run: () => this.wakeUp(side) }];
    });
    const earliest = [...this.due, ...wakes].reduce<Due | undefined>(
      (first, due) =>
        first === undefined || due.at < first.at || (due.at === first.at && due.order < first.order) ? due : first,
      undefined,
    );
    if (earliest !== undefined) this.due = this.due.filter((due) => due !== earliest);
    return earliest;
  }

  private wakeUp(side: Side): void {
    this.wakes[side] = undefined;
    const before = this.said[side].length;
    this.step(side, { type: "time" });
    if (this.said[side].length === before) throw new Error(`${side} asked to be woken for nothing`);
  }
}
