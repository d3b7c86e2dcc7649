import { portableBackend } from "@countersign/noise";
import { concat, encodeFrame, type Frame, u64 } from "@countersign/wire";
import { keysOf, type Side } from "./keys.ts";

const cipher = portableBackend.cipher("ChaChaPoly");

/** Seals whatever a peer with the keys of epoch 0 could: the body of a packet from this side of exchange `id`. */
export function packetFrom(id: number, side: Side, n: number, what: Frame | Uint8Array): Uint8Array {
  const { sendKey, sendToken } = keysOf(id, side);
  const plaintext = what instanceof Uint8Array ? what : encodeFrame(what);
  const ciphertext = cipher.importKey(sendKey).seal(n, sendToken, plaintext);
  return concat(sendToken, u64(BigInt(n)), ciphertext);
}

/** Opens what this side of exchange `id` has sent in epoch 0: its plaintext, padding included. */
export function openPacket(id: number, sender: Side, body: Uint8Array): Uint8Array | undefined {
  const { sendKey, sendToken } = keysOf(id, sender);
  const n = new DataView(body.buffer, body.byteOffset).getBigUint64(16);
  return cipher.importKey(sendKey).open(n, sendToken, body.subarray(24));
}
