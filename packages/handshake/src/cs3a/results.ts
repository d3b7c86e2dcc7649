/**
 * Why bytes of cipher set 3a were refused: they have not the length that they should have, they are not for this end, a
 * public key in them is of small order, they were not made by who knows the keys, this end has sent them itself, or they
 * introduce somebody else than the peer who made them.
 */
export type Fault3a =
  | "cs3a.length"
  | "cs3a.token"
  | "cs3a.small-order"
  | "cs3a.forged"
  | "cs3a.reflected"
  | "cs3a.impostor";

/** What cipher set 3a answers: a value, or a code to branch on and count. It throws for wrong calls only. */
export type Result3a<T> = { readonly ok: true; readonly value: T } | Refused3a;

/** Bytes that were refused. */
export interface Refused3a {
  readonly ok: false;
  readonly code: Fault3a;
}

export function refused3a(code: Fault3a): Refused3a {
  return { ok: false, code };
}
