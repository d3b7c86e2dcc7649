import { CloseReason, UsageError } from "@countersign/wire";
import type { Fault } from "./arrivals.ts";
import type { Channel } from "./channel.ts";
import { Channels } from "./channels.ts";
import { Closing } from "./closing.ts";
import type { ConversationOutput } from "./conversation-types.ts";
import { Journal, type JournalState } from "./journal.ts";
import { Outbox } from "./outbox.ts";
import {
  type ChannelEvent,
  type ConversationAction,
  type ConversationEvent,
  type ConversationState,
  conversationTransitions,
} from "./transitions.ts";

/** What the actions of a cell mean on one occasion. */
export type Effects = { readonly [A in ConversationAction]?: () => void };

/** A conversation from its first channel to its end: executes the two tables and keeps what they act on. */
export class Lifecycle {
  readonly channels = new Channels();
  readonly closing = new Closing();
  readonly journal: Journal;
  readonly outbox: Outbox;
  /** What is to be said at the end of the step. */
  outputs: ConversationOutput[] = [];
  private state: ConversationState = "open";

  constructor(journal: JournalState) {
    this.journal = new Journal(journal);
    this.outbox = new Outbox(this.journal);
  }

  /** Whether messages go both ways. */
  get isOpen(): boolean {
    return this.state === "open";
  }

  /** Executes one cell of the conversation's table. */
  fire(event: ConversationEvent, effects: Effects): void {
    const { next, actions } = conversationTransitions[this.state][event];
    this.state = next;
    for (const action of actions) effects[action]?.();
  }

  /** Executes one cell of a channel's table. */
  fireChannel(channel: Channel, event: ChannelEvent, now: number): void {
    for (const action of this.channels.fire(channel, event, now)) {
      if (action === "report-heard") {
        channel.heard = true;
        this.outputs.push({ type: "heard", id: channel.id });
      } else if (action === "take-over") this.tookOver(channel, now);
    }
  }

  /** The peer expects message `next`. */
  settle(next: bigint): void {
    const before = this.journal.first;
    this.journal.acknowledge(next);
    if (this.journal.first === before) return;
    this.outputs.push({ type: "acknowledged", m: this.journal.first - 1n });
    if (this.journal.isEmpty) this.outputs.push({ type: "idle" });
  }

  /** The peer has broken the protocol. */
  fault({ code, detail }: Omit<Fault, "type">, now: number): void {
    this.fire("fault", {
      ...this.ended("self", CloseReason.PROTOCOL, false, now),
      "send-close": () => this.sendClose(CloseReason.PROTOCOL, now),
      "report-fault": () => this.outputs.push({ type: "fault", code, detail }),
    });
  }

  /** This end wants to close. Throws `UsageError` for a reason that is no byte. */
  close(reason: number, now: number): void {
    if (!Number.isInteger(reason) || reason < 0 || reason > 255) {
      throw new UsageError("usage.out-of-range", "the reason of a CLOSE is one byte");
    }
    const sendable = this.channels.live?.sender.hasRoom("last") === true;
    this.fire(sendable ? "close" : "close-mute", {
      ...this.ended("self", reason, false, now),
      "send-close": () => this.sendClose(reason, now),
    });
  }

  /** What the end of the conversation means. */
  ended(by: "self" | "peer", reason: number, orderly: boolean, now: number): Effects {
    return {
      "report-closed": () => {
        this.outputs.push({ type: "closed", by, reason, orderly, delivered: this.journal.isEmpty });
      },
      wipe: () => {
        this.channels.end(now);
        this.closing.end();
        this.journal.clear();
        this.outbox.restart();
      },
    };
  }

  send(body: Uint8Array | undefined): void {
    if (body !== undefined) this.outputs.push({ type: "send", body });
  }

  drop(code: string): void {
    this.outputs.push({ type: "drop", code });
  }

  private tookOver(channel: Channel, now: number): void {
    if (channel.peerNext > this.journal.posted) {
      return this.fault(
        { code: "channel.next-ahead", detail: "the peer expects a message that was never posted" },
        now,
      );
    }
    this.settle(channel.peerNext);
    this.fire("took-over", {
      "seal-anew": () => this.outbox.restart(),
      "send-close": () => this.sendClose(this.closing.reason, now),
    });
  }

  private sendClose(reason: number, now: number): void {
    this.closing.begin(reason, now);
    this.send(this.closing.seal(this.channels.live, now));
  }
}
