import { type CloseReason, decodeFrame, encodeClose, type Frame, FrameKind, u64 } from "@countersign/wire";
import { createConversation, PeerConversation } from "../../src/channel/conversation.ts";
import type {
  Conversation,
  ConversationClosed,
  ConversationInput,
  ConversationOptions,
  ConversationOutput,
} from "../../src/channel/conversation-types.ts";
import { openPacket, packetFrom } from "./forger.ts";
import { install } from "./keys.ts";
import { SpyCipher } from "./spy-cipher.ts";

export interface LoneOptions extends Pick<ConversationOptions, "resume"> {
  /** Whether exchange 1 is there from the beginning; not after a restart. */
  readonly installed?: boolean;
  /** The n of its first frames. */
  readonly first?: number;
}

/** A conversation (side b of exchange 1) that hears what a test seals in the name of its peer. */
export class Lone {
  readonly cipher = new SpyCipher();
  readonly machine: Conversation;
  now = 0;
  /** The n and the m of the peer's next frame and message. */
  n: number;
  m = 0n;
  wakeAt: number | undefined;
  /** The packet that arrived last. */
  last = new Uint8Array(0);
  /** What it has sent on exchange 1, and when; those of other exchanges are not looked into. */
  readonly frames: { readonly at: number; readonly frame: Frame }[] = [];

  constructor({ installed = true, first, resume }: LoneOptions = {}) {
    const options = { cipher: this.cipher, ...(resume && { resume }) };
    this.machine = first === undefined ? createConversation(options) : new PeerConversation(options, first);
    this.n = first ?? 0;
    if (installed && resume === undefined) this.step(install(1, "b"));
  }

  step(input: ConversationInput): readonly ConversationOutput[] {
    const outputs = this.machine.step(input, { ms: this.now, unixSeconds: 0 });
    for (const output of outputs) {
      if (output.type === "wake") this.wakeAt = output.at;
      if (output.type !== "send") continue;
      const plaintext = openPacket(1, "b", output.body);
      const frame = plaintext && decodeFrame(plaintext);
      if (frame?.ok) this.frames.push({ at: this.now, frame: frame.value });
    }
    return outputs;
  }

  packet(body: Uint8Array): readonly ConversationOutput[] {
    this.last = body.slice();
    return this.step({ type: "packet", body });
  }

  /** The peer's next frame, not sent yet. */
  seal(what: Frame | Uint8Array, n = this.n++): Uint8Array {
    return packetFrom(1, "a", n, what);
  }

  /** The peer's next frame arrives. */
  hear(kind: FrameKind, data: Uint8Array = new Uint8Array(0)): readonly ConversationOutput[] {
    return this.packet(this.seal({ kind, data }));
  }

  /** The peer's next message arrives. */
  hearMessage(kind: FrameKind = FrameKind.APP, content: Uint8Array = new Uint8Array(0)): readonly ConversationOutput[] {
    return this.hear(kind, Uint8Array.of(...u64(this.m++), ...content));
  }

  hearClose(reason: CloseReason, next = 0n): readonly ConversationOutput[] {
    return this.hear(FrameKind.CLOSE, encodeClose({ reason, next }));
  }

  /** Goes to a time, stepping whenever the machine asked for it. */
  goTo(time: number): void {
    while (this.wakeAt !== undefined && this.wakeAt <= time) {
      this.now = this.wakeAt;
      this.step({ type: "time" });
    }
    this.now = time;
  }
}

/** The types of outputs, for a glance. */
export function types(outputs: readonly ConversationOutput[]): readonly string[] {
  return outputs.map((output) => (output.type === "drop" || output.type === "fault" ? output.code : output.type));
}

/** What a conversation says last. */
export function closed(by: "self" | "peer", reason: number, orderly: boolean, delivered: boolean): ConversationClosed {
  return { type: "closed", by, reason, orderly, delivered };
}
