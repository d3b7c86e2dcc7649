/**
 * What a decoder answers: the value, or a code and a sentence that say why the bytes are refused. Decoders never throw:
 * whatever the network delivers becomes a value or a dropped packet with a reason.
 */
export type Decoded<T> = { readonly ok: true; readonly value: T } | Refused;

/** Bytes that were refused: a stable code to branch on and count, and a sentence for a person. Never holds the bytes. */
export interface Refused {
  readonly ok: false;
  readonly code: WireCode;
  readonly detail: string;
}

/** Why a decoder of this package refused its input. */
export type WireCode =
  | "wire.truncated"
  | "wire.trailing"
  | "wire.too-long"
  | "wire.malformed"
  | "wire.non-canonical"
  | "wire.padding"
  | "wire.unknown-kind"
  | "wire.unknown-version"
  | "wire.out-of-range";

/** Makes the `Decoded` of an accepted value. */
export function accepted<T>(value: T): Decoded<T> {
  return { ok: true, value };
}

/** Makes the `Decoded` of refused bytes. */
export function refused(code: WireCode, detail: string): Refused {
  return { ok: false, code, detail };
}

/**
 * The base of every error that Countersign throws or reports. `code` is stable and made of dotted parts, the first of
 * which says whose fault it is: `usage`, `peer`, `relay`. Messages never hold secrets.
 */
export class CountersignError extends Error {
  override readonly name: string = "CountersignError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Thrown when an API is called wrongly: a fault of the calling program, never of what arrived from the network. */
export class UsageError extends CountersignError {
  override readonly name = "UsageError";
  declare readonly code: `usage.${string}`;

  constructor(code: `usage.${string}`, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
