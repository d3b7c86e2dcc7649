import { decodeNumbered, decodePart, FrameKind } from "@countersign/wire";
import type { Assembly } from "./assembly.ts";
import type { Content, MessageKind } from "./message.ts";

/** What a frame that is in order amounts to. */
export type Received =
  | { readonly type: "content"; readonly kind: MessageKind | typeof FrameKind.HS; readonly content: Uint8Array }
  | { readonly type: "nothing" }
  /** The peer's fault. */
  | { readonly type: "fault"; readonly code: string; readonly detail: string };

const nothing: Received = { type: "nothing" };

/** The messages of one peer in order and once each, across exchanges (spec 0004, section 9). */
export class Inbox {
  /** The m of the next message. */
  expected: bigint;

  constructor(expected: bigint) {
    this.expected = expected;
  }

  /** Takes the next frame of an exchange; `assembly` is that exchange's. */
  take({ kind, data }: Content, assembly: Assembly): Received {
    if (kind === FrameKind.HS) return { type: "content", kind, content: data };
    if (kind === FrameKind.APPF) return this.takePart(data, assembly);
    return this.takeMessage(kind, data, assembly);
  }

  private takeMessage(kind: MessageKind, data: Uint8Array, assembly: Assembly): Received {
    const numbered = decodeNumbered(data);
    if (!numbered.ok) return { type: "fault", code: numbered.code, detail: numbered.detail };
    const { m, content } = numbered.value;
    if (m < this.expected) return nothing;
    if (m > this.expected) return gap;
    if (assembly.holds(m)) return wrongPart("another message before the last part of one");
    this.expected += 1n;
    return { type: "content", kind, content };
  }

  private takePart(data: Uint8Array, assembly: Assembly): Received {
    const part = decodePart(data);
    if (!part.ok) return { type: "fault", code: part.code, detail: part.detail };
    if (part.value.m < this.expected) return nothing;
    if (part.value.m > this.expected) return gap;
    const content = assembly.add(part.value);
    if (content === undefined) return nothing;
    if (typeof content === "string") return wrongPart(content);
    this.expected += 1n;
    return { type: "content", kind: FrameKind.APP, content };
  }
}

const gap: Received = { type: "fault", code: "channel.gap", detail: "a message before the one that is expected" };

function wrongPart(detail: string): Received {
  return { type: "fault", code: "channel.parts", detail };
}
