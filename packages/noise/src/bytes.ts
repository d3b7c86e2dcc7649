/** Section 5: `zerolen`. */
export const ZEROLEN = new Uint8Array(0);

/** The `||` operator of section 4. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

const SHORT = new Uint8Array(new ArrayBuffer(160));

/** What `use` makes of the two joined. Short ones share memory, to make which would cost as much as to hash them. */
export function joined<T>(first: Uint8Array, second: Uint8Array, use: (both: Uint8Array) => T): T {
  const length = first.length + second.length;
  if (length > SHORT.length) return use(concat(first, second));
  const both = SHORT.subarray(0, length);
  both.set(first);
  both.set(second, first.length);
  const made = use(both);
  wipe(both);
  return made;
}

/** A copy of one's own. Not `slice`, which on a Node Buffer is a view of the same memory. */
export function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Compares public values; leaves at the first difference. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Overwrites secrets. Best effort: an engine may have copied them, and a garbage collector moves what it likes. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
