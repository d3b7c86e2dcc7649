import { bytes } from "./support.ts";

const BELOW_2_255 = [
  `00${"00".repeat(31)}`,
  `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
].map(bytes);

/** All 14 encodings of the X25519 public keys that give an all-zero output: with and without the topmost bit. */
export const SMALL_ORDER: readonly Uint8Array[] = [
  ...BELOW_2_255,
  ...BELOW_2_255.map((u) => u.map((byte, i) => (i === 31 ? byte | 0x80 : byte))),
];
