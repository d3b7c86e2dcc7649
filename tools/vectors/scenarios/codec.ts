import type { Json } from "../describe.ts";
import { hex } from "../protocol/bytes.ts";
import type { Scenario } from "../scenario.ts";

/** Bytes that are refused: as they are, or as pieces that are repeated, where they are long. */
type Bad = Uint8Array | readonly (readonly [piece: Uint8Array, times: number])[];

interface Codec {
  readonly title: string;
  readonly section: string;
  readonly accepted: readonly Json[];
  readonly refused: readonly (readonly [bytes: Bad, code: string, why: string])[];
}

/** One codec: bytes and what they mean, and bytes that mean nothing. */
export function codec(name: string, { title, section, accepted, refused }: Codec): Scenario {
  return {
    name: `wire-${name}`,
    format: "codec",
    title,
    spec: [section],
    content: {
      codec: name,
      accepted,
      refused: refused.map(([bytes, code, why]) => ({
        ...(bytes instanceof Uint8Array
          ? { bytes: hex(bytes) }
          : { pieces: bytes.map(([piece, times]) => [hex(piece), times]) }),
        code,
        why,
      })),
    },
  };
}

/** No bytes at all. */
export const none: Uint8Array = new Uint8Array(0);
/** One byte, zero. */
export const zero: Uint8Array = new Uint8Array(1);
/** The highest u64. */
export const MAX = 2n ** 64n - 1n;
