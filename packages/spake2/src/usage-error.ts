/** What a caller of this package can do wrong; stable, one code per mistake. */
export type UsageCode =
  | "usage.bytes" // not a Uint8Array, or one of the wrong length
  | "usage.aad-length"
  | "usage.w-range"
  | "usage.share-consumed"
  | "usage.destroyed";

/** Thrown when the API is called wrongly, never because of bytes from the peer; its message holds no key material. */
export class UsageError extends Error {
  readonly code: UsageCode;

  constructor(code: UsageCode, message: string) {
    super(message);
    this.name = "UsageError";
    this.code = code;
  }
}

/** Throws unless `value` is a Uint8Array, of `length` bytes where one is given; `name` is the parameter's. */
export function requireBytes(name: string, value: unknown, length?: number): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) throw new UsageError("usage.bytes", `${name} must be a Uint8Array`);
  if (length !== undefined && value.length !== length) {
    throw new UsageError("usage.bytes", `${name} must have ${length} bytes, not ${value.length}`);
  }
}
