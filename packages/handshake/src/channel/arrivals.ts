import { decodeAck, decodeClose, type Frame, FrameKind, type SealedFrame } from "@countersign/wire";
import { wantsAck } from "./ack-policy.ts";
import type { Channel } from "./channel.ts";
import type { Content } from "./message.ts";
import type { ReceivedFrame } from "./receiver.ts";

/** What a packet brought, one thing after the other. */
export type Arrival =
  | { readonly type: "drop"; readonly code: string }
  /** The packet is of the peer's making. Comes before what it brought. */
  | { readonly type: "alive" }
  /** A frame that was received before. `answer` leaves again; `owed`: the ACK that is due now is the answer. */
  | { readonly type: "repeated"; readonly answer: Uint8Array | undefined; readonly owed: boolean }
  /** The peer has message `m` as a whole, and so all before it. */
  | { readonly type: "delivered"; readonly m: bigint }
  | { readonly type: "close-acknowledged" }
  /** A frame that says nothing about the channel itself. */
  | { readonly type: "content"; readonly content: Content }
  | { readonly type: "close"; readonly frame: ReceivedFrame; readonly reason: number }
  | Fault;

/** Something that no correct peer sends. */
export interface Fault {
  readonly type: "fault";
  readonly code: string;
  readonly detail: string;
}

/**
 * Takes a packet of this channel. What an ACK says counts at once, all else in its turn. After this end's CLOSE
 * (`takesIn` is false) nothing is taken in any more, because the CLOSE has said what was; only the answer to it counts.
 */
export function arrive(channel: Channel, sealed: SealedFrame, takesIn: boolean, now: number): readonly Arrival[] {
  const opened = channel.receiver.open(sealed);
  switch (opened.type) {
    case "dropped":
      return [{ type: "drop", code: opened.code }];
    case "repeated":
      return [repeated(channel, takesIn && wantsAck(opened.kind), now)];
    case "malformed":
      return [{ type: "alive" }, { type: "fault", code: opened.code, detail: opened.detail }];
    case "frame":
      return [{ type: "alive" }, ...takeFrame(channel, opened.frame, takesIn, now)];
  }
}

/** An ACK answers a repeated frame: the one that is owed, or the last one unless the peer has acknowledged that. */
function repeated(channel: Channel, answered: boolean, now: number): Arrival {
  if (!answered || channel.state !== "live") return { type: "repeated", answer: undefined, owed: false };
  const owed = channel.acks.repeated(channel.receiver.next, now);
  return { type: "repeated", answer: owed ? undefined : channel.lastAck, owed };
}

function takeFrame(channel: Channel, frame: ReceivedFrame, takesIn: boolean, now: number): readonly Arrival[] {
  const arrivals = frame.kind === FrameKind.ACK ? takeAck(channel, frame) : [];
  if (!takesIn) return [...arrivals, ...takeInOrder(channel, frame)];
  const ready = channel.receiver.accept(frame);
  for (const { kind, n } of ready) channel.acks.received(kind, n + 1, now);
  return [...arrivals, ...ready.flatMap((next) => takeInOrder(channel, next))];
}

function takeAck(channel: Channel, { data }: Frame): readonly Arrival[] {
  const next = decodeAck(data);
  return next.ok ? acknowledge(channel, next.value) : [{ type: "fault", code: next.code, detail: next.detail }];
}

function takeInOrder(channel: Channel, frame: ReceivedFrame): readonly Arrival[] {
  switch (frame.kind) {
    case FrameKind.ACK:
    case FrameKind.PAD:
      return [];
    case FrameKind.CLOSE: {
      const close = decodeClose(frame.data);
      if (!close.ok) return [{ type: "fault", code: close.code, detail: close.detail }];
      const { reason, next } = close.value;
      return [...acknowledge(channel, next), { type: "close", frame, reason }];
    }
    default:
      return [{ type: "content", content: { kind: frame.kind, data: frame.data } }];
  }
}

/** The peer expects frame `next`. */
function acknowledge(channel: Channel, next: bigint): readonly Arrival[] {
  if (next > channel.sender.next) {
    return [{ type: "fault", code: "channel.ack-ahead", detail: "an ACK of a frame that was never sent" }];
  }
  const arrivals: Arrival[] = [];
  const m = channel.sender.window.acknowledge(Number(next));
  if (m !== undefined) arrivals.push({ type: "delivered", m });
  if (channel.closeN !== undefined && channel.closeN < next) arrivals.push({ type: "close-acknowledged" });
  return arrivals;
}
