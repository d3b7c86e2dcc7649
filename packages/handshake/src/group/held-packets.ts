import { limits } from "@countersign/wire";

/** Packets that wait because too many first contacts are being answered: the last one of each peer. */
export class HeldPackets {
  private readonly byNumber = new Map<number, Uint8Array>();

  /** Keeps a packet. False where that one, or the one before it, is lost and has to come again by its resend. */
  hold(number: number, bytes: Uint8Array): boolean {
    if (bytes.length > limits.handshakePacket) return false;
    const isFirst = !this.byNumber.has(number);
    this.byNumber.set(number, bytes);
    return isFirst;
  }

  /** Takes the packet out of somebody who may be answered now; undefined where there is none. */
  take(mayAnswer: (number: number) => boolean): { readonly from: number; readonly bytes: Uint8Array } | undefined {
    for (const [from, bytes] of this.byNumber) {
      if (!mayAnswer(from)) continue;
      this.byNumber.delete(from);
      return { from, bytes };
    }
    return undefined;
  }

  clear(): void {
    this.byNumber.clear();
  }
}
