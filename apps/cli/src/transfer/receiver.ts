import { decodeMessage, encodeMessage, type Offer, type TransferMessage } from "./messages.ts";

export type ReceiverInput =
  | { readonly type: "message"; readonly bytes: Uint8Array }
  /** The user's decision on the offer. */
  | { readonly type: "answer"; readonly accept: boolean; readonly reason?: "declined" | "no-room" }
  /** The SHA-256 of everything that was written, in hexadecimal digits. */
  | { readonly type: "digest"; readonly sha256: string }
  /** The file stands under its name, durably; or writing it failed. */
  | { readonly type: "kept"; readonly ok: boolean };

export type ReceiverOutput =
  | { readonly type: "send"; readonly bytes: Uint8Array }
  /** Asks for an `answer`. */
  | { readonly type: "ask"; readonly offer: Offer }
  /** To be done before what stands behind it: credit is given for what was written. */
  | { readonly type: "write"; readonly bytes: Uint8Array; readonly received: number }
  /** Everything was written: asks for the `digest`. */
  | { readonly type: "complete" }
  /** The hash is the one that was offered: asks to give the file its name, and for `kept`. */
  | { readonly type: "keep" }
  | { readonly type: "done" }
  | { readonly type: "declined" }
  | { readonly type: "hash-differs" }
  | { readonly type: "not-written" }
  /** The other side broke the protocol of the transfer. */
  | { readonly type: "failed"; readonly detail: string };

/** The receiving end of one file: offer, the user's answer, parts in order against credit, hash, receipt. */
export class Receiver {
  private state: "waiting" | "asking" | "receiving" | "complete" | "keeping" | "ended" = "waiting";
  private offer: Offer | undefined;
  private received = 0;

  step(input: ReceiverInput): readonly ReceiverOutput[] {
    switch (input.type) {
      case "message":
        return this.message(input.bytes);
      case "answer":
        return this.answer(input.accept, input.reason ?? "declined");
      case "digest":
        return this.digest(input.sha256);
      case "kept":
        return this.kept(input.ok);
    }
  }

  private message(bytes: Uint8Array): readonly ReceiverOutput[] {
    if (this.state === "ended") return [];
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return this.fail(decoded.detail);
    const { message } = decoded;
    if (message.type === "offer" && this.state === "waiting") {
      this.offer = message.offer;
      this.state = "asking";
      return [{ type: "ask", offer: message.offer }];
    }
    if (message.type === "data" && this.state === "receiving") return this.data(message.offset, message.bytes);
    return this.fail(`an unexpected ${message.type}`);
  }

  private answer(accept: boolean, reason: "declined" | "no-room"): readonly ReceiverOutput[] {
    if (this.state !== "asking") return [];
    if (accept) {
      this.state = "receiving";
      return [send({ type: "answer", answer: { accept } }), ...this.completeIfAll()];
    }
    this.state = "ended";
    return [send({ type: "answer", answer: { accept, reason } }), { type: "declined" }];
  }

  private data(offset: number, bytes: Uint8Array): readonly ReceiverOutput[] {
    if (offset !== this.received) return this.fail("a part out of order");
    if (offset + bytes.length > (this.offer?.size ?? 0)) return this.fail("more than was offered");
    this.received += bytes.length;
    const { received } = this;
    const write = { type: "write", bytes, received } as const;
    // The last part needs no credit: the receipt says as much.
    const rest = this.completeIfAll();
    return rest.length > 0 ? [write, ...rest] : [write, send({ type: "credit", received })];
  }

  private completeIfAll(): readonly ReceiverOutput[] {
    if (this.received !== this.offer?.size) return [];
    this.state = "complete";
    return [{ type: "complete" }];
  }

  private digest(sha256: string): readonly ReceiverOutput[] {
    if (this.state !== "complete") return [];
    if (sha256 === this.offer?.sha256) {
      this.state = "keeping";
      return [{ type: "keep" }];
    }
    this.state = "ended";
    return [send({ type: "receipt", receipt: { stored: false, reason: "hash-differs" } }), { type: "hash-differs" }];
  }

  /** Writing can fail while parts still arrive, too: the sender hears of it at once. */
  private kept(ok: boolean): readonly ReceiverOutput[] {
    if (this.state === "waiting" || this.state === "asking" || this.state === "ended") return [];
    const sha256 = this.offer?.sha256 ?? "";
    if (ok && this.state !== "keeping") return [];
    this.state = "ended";
    return ok
      ? [send({ type: "receipt", receipt: { stored: true, sha256 } }), { type: "done" }]
      : [send({ type: "receipt", receipt: { stored: false, reason: "not-written" } }), { type: "not-written" }];
  }

  private fail(detail: string): readonly ReceiverOutput[] {
    this.state = "ended";
    return [{ type: "failed", detail }];
  }
}

function send(message: TransferMessage): ReceiverOutput {
  return { type: "send", bytes: encodeMessage(message) };
}
