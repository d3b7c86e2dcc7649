import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { ACK_CHUNK, ChunkJoiner, cloak, splitPacket, uncloak } from "@countersign/handshake/e3x";

/** Bytes that may wait for a peer that reads slowly; above it packets are dropped, as a datagram network would. */
export const MOST_WAITING = 256 * 1024;
/** Milliseconds in which a peer has to take what waits for it. */
export const PATIENCE = 10_000;
/** Milliseconds after which a connection on which nothing comes is given up, and between our signs of life. */
const SILENCE = 60_000;
const SIGN_OF_LIFE = 25_000;

export interface TcpConnectionEvents {
  readonly onPacket: (packet: Uint8Array, cloaked: boolean) => void;
  readonly onDrop: (code: string) => void;
  readonly onClose: () => void;
}

/**
 * Packets on one stream: each in its cloak, in chunks. Who does not take what we send is not read from either, so what it
 * makes us keep is bounded; who takes nothing for ten seconds is cut off.
 */
export class TcpConnection {
  private readonly socket: Socket;
  private readonly onDrop: TcpConnectionEvents["onDrop"];
  private impatience: NodeJS.Timeout | undefined;

  constructor(socket: Socket, { onPacket, onDrop, onClose }: TcpConnectionEvents) {
    this.socket = socket;
    this.onDrop = onDrop;
    const joiner = new ChunkJoiner();
    const life = setInterval(() => socket.writable && socket.write(ACK_CHUNK), SIGN_OF_LIFE).unref();
    socket.setNoDelay(true);
    socket.setTimeout(SILENCE, () => socket.destroy());
    socket.on("data", (bytes) => {
      for (const event of joiner.push(bytes as Uint8Array)) {
        if (event.type === "drop") onDrop(`tcp.${event.code}`);
        if (event.type !== "packet") continue;
        const uncloaked = uncloak(event.bytes);
        if (uncloaked.ok) onPacket(uncloaked.value.packet, uncloaked.value.rounds > 0);
        else onDrop(`tcp.${uncloaked.code}`);
      }
    });
    socket.on("drain", () => this.goOn());
    socket.on("error", () => onDrop("tcp.error"));
    socket.on("close", () => {
      clearInterval(life);
      clearTimeout(this.impatience);
      onClose();
    });
  }

  send(packet: Uint8Array, cloaked: boolean): void {
    if (!this.socket.writable || this.socket.writableLength > MOST_WAITING) return this.onDrop("tcp.full");
    const chunks = splitPacket(cloaked ? cloak(packet, { randomBytes }) : packet);
    if (!this.socket.write(Buffer.concat(chunks))) this.wait();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private wait(): void {
    this.socket.pause();
    this.impatience ??= setTimeout(() => this.socket.destroy(), PATIENCE);
  }

  private goOn(): void {
    clearTimeout(this.impatience);
    this.impatience = undefined;
    this.socket.resume();
  }
}
