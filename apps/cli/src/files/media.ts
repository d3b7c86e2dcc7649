const PSBT = "application/x-psbt";
const BINARY_PSBT = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff);
const BASE64_PSBT = Buffer.from("cHNidP8");

/** The media type of a file by its first bytes: PSBT (BIP 174, binary or base64) is known, all else is just bytes. */
export function mediaOf(head: Uint8Array): string {
  const psbt = [BINARY_PSBT, BASE64_PSBT].some((magic) => magic.every((byte, at) => head[at] === byte));
  return psbt ? PSBT : "application/octet-stream";
}

/** What a person is told about a media type. */
export function describeMedia(media: string): string {
  if (media === PSBT) return "PSBT, a partially signed Bitcoin transaction";
  return media === "application/octet-stream" ? "a file of no known kind" : media;
}
