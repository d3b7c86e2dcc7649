import type { Json } from "../describe.ts";
import { framePacket, framePlaintext, KIND, type KindName } from "../protocol/wire.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";

/** Frames go from an end that sends under this key to an end with this token. */
export const key = fixedRandom("frames/key", 32);
export const token = fixedRandom("frames/token", 16);

export interface Frame {
  readonly kind: KindName;
  readonly n: bigint;
  readonly data: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly packet: Uint8Array;
}

/** Seals a frame under the key of epoch 0, or another one. */
export function frame(kind: KindName, n: bigint, data: Uint8Array, k = key): Frame {
  const plaintext = framePlaintext(KIND[kind], data);
  return { kind, n, data, plaintext, packet: framePacket(k, token, n, plaintext) };
}

/** A scenario of frames. */
export function scenario(
  name: string,
  title: string,
  sections: string,
  content: { readonly [key: string]: Json },
): Scenario {
  return { name: `frames-${name}`, format: "frames", title, spec: [`0004, ${sections}`], content };
}
