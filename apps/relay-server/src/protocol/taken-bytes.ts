import type { Socket } from "node:net";

/**
 * A number that changes whenever the system takes bytes of what waits for a socket. What Node counts itself changes
 * only when it has taken all of what it was given at a time, which for a slow client may be long.
 */
export function takenBytes(socket: Socket): number {
  // Not documented, but what `Socket.setTimeout` looks at for the same reason. Without it, progress is seen less often.
  const { _handle: handle } = socket as { _handle?: { readonly writeQueueSize?: number } | null };
  return socket.bytesWritten - socket.writableLength - (handle?.writeQueueSize ?? 0);
}
