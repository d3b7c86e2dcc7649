import { concat, H, seal, text, u8, u16, u32, u64 } from "./bytes.ts";

/** STEP of spec 0002, section 3. */
export const STEP = { P1: 1, P2: 2, P3: 3, P4: 4, P5: 5, K1: 0x11, K2: 0x12, G1: 0x21 } as const;

/** Spec 0002, section 1. */
export function lob(head: Uint8Array, body: Uint8Array): Uint8Array {
  return concat(u16(head.length), head, body);
}

/** HDR(STEP) of spec 0002, section 3, and what is behind it. */
export function handshakeBody(step: number, exch: Uint8Array, at: bigint, ...content: Uint8Array[]): Uint8Array {
  return concat(exch, u8(1), u8(step), u64(at), ...content);
}

/** A handshake packet: CSID 0x43. */
export function handshakePacket(body: Uint8Array): Uint8Array {
  return lob(u8(0x43), body);
}

/** Spec 0002, section 3. */
export function routingToken(exch: Uint8Array): Uint8Array {
  return H(exch).slice(0, 16);
}

/** Spec 0002, section 4. */
export function padPayload(message: Uint8Array): Uint8Array {
  const size = message.length + 2 <= 256 ? 256 : 1_024;
  return concat(u16(message.length), message, new Uint8Array(size - 2 - message.length));
}

/** Spec 0002, section 5. The values are plain text without anything to escape, which this does not do. */
export function message(head: readonly (readonly [key: string, value: string])[], body: Uint8Array): Uint8Array {
  return lob(text(`{${head.map(([key, value]) => `"${key}":"${value}"`).join(",")}}`), body);
}

/** Kinds of frames, spec 0004, section 2. */
export const KIND = {
  PAD: 0,
  APP: 1,
  ACK: 2,
  HS: 3,
  SAS_COMMIT: 4,
  SAS_REVEAL: 5,
  SAS_OK: 6,
  CLOSE: 7,
  ECHO: 8,
  APPF: 9,
} as const;
export type KindName = keyof typeof KIND;

/** PLAINTEXT of spec 0004, section 2. */
export function framePlaintext(kind: number, data: Uint8Array): Uint8Array {
  const size = [64, 256, 1_024, 4_096, 16_384].find((candidate) => candidate >= 5 + data.length) ?? 0;
  return concat(u8(kind), u32(data.length), data, new Uint8Array(size - 5 - data.length));
}

/** A channel packet of spec 0004, section 1. */
export function framePacket(k: Uint8Array, token: Uint8Array, n: bigint, plaintext: Uint8Array): Uint8Array {
  return lob(new Uint8Array(0), concat(token, u64(n), seal(k, n, token, plaintext)));
}

/** Content of an APP message, spec 0004, section 3. */
export function appContent(where: {
  readonly group: Uint8Array;
  readonly session: Uint8Array;
  readonly round: number;
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}): Uint8Array {
  const { group, session, round, from, to, bytes } = where;
  return concat(group, session, u16(round), u16(from), u16(to), bytes);
}
