import { portableBackend } from "@countersign/noise";
import { decodeFrame, decodePacket, decodeSealedFrame, encodeHex, FrameKind, readU64 } from "@countersign/wire";
import { expect } from "vitest";
import { unhex } from "../support/shared-vectors.ts";

/** A recorded frame: what it is made of, and the packet. */
export interface FrameJson {
  readonly kind: string;
  readonly n: string;
  readonly m?: string;
  readonly data?: string;
  readonly plaintext: string;
  readonly packet: string;
}

const cipher = portableBackend.cipher("ChaChaPoly");
const NUMBERED: readonly string[] = ["APP", "SAS_COMMIT", "SAS_REVEAL", "SAS_OK", "ECHO"];

/** Opens a recorded frame with its key, and holds everything that is said of it against what is in it. */
export function checkFrameValues(frame: FrameJson, keyOf: (token: string) => string): void {
  const packet = decodePacket(unhex(frame.packet));
  if (!packet.ok || packet.value.type !== "channel") throw new Error("a recorded frame that is no channel packet");
  const sealed = decodeSealedFrame(packet.value.body);
  if (!sealed.ok) throw new Error(sealed.code);
  const { token, n, ciphertext } = sealed.value;
  expect(n.toString()).toBe(frame.n);
  const key = cipher.importKey(unhex(keyOf(encodeHex(token))));
  const plaintext = key.open(n, token, ciphertext);
  if (plaintext === undefined) throw new Error("a recorded frame that is not authentic");
  expect(encodeHex(plaintext)).toBe(frame.plaintext);
  const decoded = decodeFrame(plaintext);
  if (!decoded.ok) throw new Error(decoded.code);
  const { kind, data } = decoded.value;
  expect(kind).toBe(FrameKind[frame.kind as keyof typeof FrameKind]);
  if (frame.data !== undefined) expect(encodeHex(data)).toBe(frame.data);
  else expect(frame.m).toBe(NUMBERED.includes(frame.kind) ? readU64(data, 0).toString() : undefined);
}
