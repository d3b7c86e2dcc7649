import { limits } from "../limits.ts";
import { decodeMessage, encodeMessage, type Offer, type Receipt, type TransferMessage } from "./messages.ts";

export type SenderInput =
  | { readonly type: "start" }
  | { readonly type: "message"; readonly bytes: Uint8Array }
  /** The bytes that the last `read` asked for. */
  | { readonly type: "part"; readonly bytes: Uint8Array };

export type SenderOutput =
  | { readonly type: "send"; readonly bytes: Uint8Array }
  | { readonly type: "accepted" }
  | { readonly type: "declined"; readonly reason: "declined" | "no-room" }
  /** Asks for a `part`: exactly these bytes of the file. */
  | { readonly type: "read"; readonly offset: number; readonly length: number }
  /** The receiver has the whole file, and its hash is the one that was offered. */
  | { readonly type: "stored" }
  | { readonly type: "not-stored"; readonly reason: "hash-differs" | "not-written" }
  /** The other side broke the protocol of the transfer. */
  | { readonly type: "failed"; readonly detail: string };

/** The sending end of one file: offer, wait for the answer, parts in order as far as the credit goes, wait for the receipt. */
export class Sender {
  private readonly offer: Offer;
  private state: "new" | "offered" | "sending" | "sent" | "ended" = "new";
  private offset = 0;
  private credit = 0;
  private reading = false;

  constructor(offer: Offer) {
    this.offer = offer;
  }

  step(input: SenderInput): readonly SenderOutput[] {
    switch (input.type) {
      case "start":
        if (this.state !== "new") return [];
        this.state = "offered";
        return [send({ type: "offer", offer: this.offer })];
      case "part":
        return this.part(input.bytes);
      case "message":
        return this.message(input.bytes);
    }
  }

  private message(bytes: Uint8Array): readonly SenderOutput[] {
    if (this.state === "ended") return [];
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return this.fail(decoded.detail);
    const { message } = decoded;
    if (message.type === "offer") return this.fail("both sides want to send");
    if (message.type === "answer" && this.state === "offered") {
      if (message.answer.accept) return [{ type: "accepted" }, ...this.next()];
      this.state = "ended";
      return [{ type: "declined", reason: message.answer.reason }];
    }
    if (message.type === "credit" && (this.state === "sending" || this.state === "sent")) {
      return this.credited(message.received);
    }
    if (message.type === "receipt" && (this.state === "sent" || this.state === "sending")) {
      return this.receipt(message.receipt);
    }
    return this.fail(`an unexpected ${message.type}`);
  }

  private part(bytes: Uint8Array): readonly SenderOutput[] {
    if (!this.reading) return [];
    const offset = this.offset;
    this.offset += bytes.length;
    this.reading = false;
    return [send({ type: "data", offset, bytes }), ...this.next()];
  }

  private credited(received: number): readonly SenderOutput[] {
    if (received <= this.credit || received > this.offset) return this.fail("a credit for what was not sent");
    this.credit = received;
    return this.reading ? [] : this.next();
  }

  /** Asks for the next part, unless the receiver is too far behind or there is none. */
  private next(): readonly SenderOutput[] {
    const length = Math.min(limits.part, this.offer.size - this.offset);
    this.state = length === 0 ? "sent" : "sending";
    if (length === 0 || this.offset + length - this.credit > limits.window) return [];
    this.reading = true;
    return [{ type: "read", offset: this.offset, length }];
  }

  /** A receipt may say early that the receiver gave up; that it has everything, only at the end and with our hash. */
  private receipt(receipt: Receipt): readonly SenderOutput[] {
    if (!receipt.stored) {
      this.state = "ended";
      return [{ type: "not-stored", reason: receipt.reason }];
    }
    if (this.state !== "sent") return this.fail("a receipt before the end");
    if (receipt.sha256 !== this.offer.sha256) return this.fail("a receipt for another file");
    this.state = "ended";
    return [{ type: "stored" }];
  }

  private fail(detail: string): readonly SenderOutput[] {
    this.state = "ended";
    this.reading = false;
    return [{ type: "failed", detail }];
  }
}

function send(message: TransferMessage): SenderOutput {
  return { type: "send", bytes: encodeMessage(message) };
}
