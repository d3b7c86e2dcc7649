import type { Channel } from "./channel.ts";
import type { Outbox } from "./outbox.ts";

/**
 * The bodies that leave on the live channel now: the ACK that is owed, what waits and has room, and what is to be sent
 * again. Without an outbox, after this end's CLOSE, only the last.
 */
export function depart(channel: Channel, outbox: Outbox | undefined, now: number): readonly Uint8Array[] {
  const bodies: Uint8Array[] = [];
  if (outbox !== undefined) {
    if ((channel.ackAt ?? Infinity) <= now) bodies.push(channel.sealAck(now));
    while (channel.sender.hasRoom("message")) {
      const frame = outbox.take();
      if (frame === undefined) break;
      bodies.push(channel.sender.seal(frame, now));
    }
  }
  return [...bodies, ...channel.sender.window.resend(now)];
}
