import {
  type Backend,
  type ConfirmedA,
  type ConfirmedB,
  createA,
  createB,
  type PartyA,
  type PartyB,
  type PartyOptions,
  portableBackend,
  type UnconfirmedA,
  type UnconfirmedB,
} from "@countersign/spake2";
import { nodeBackend } from "@countersign/spake2/node";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export const BACKENDS: readonly Backend[] = [portableBackend, nodeBackend];

export const hex = bytesToHex;
export const unhex = hexToBytes;
export const utf8 = utf8ToBytes;

/** The 48 bytes that `scalarFromBytes` turns into the given scalar. */
export function seedOf(scalar: string): Uint8Array {
  return unhex((BigInt(`0x${scalar}`) - 1n).toString(16).padStart(96, "0"));
}

/** What both parties share in tests that do not care about the values. */
export const common: Omit<PartyOptions, "random48"> = {
  w: new Uint8Array(32).fill(7),
  idA: utf8("alice"),
  idB: utf8("bob"),
  aad: utf8("context"),
};

export const randomA: Uint8Array = new Uint8Array(48).fill(0xa1);
export const randomB: Uint8Array = new Uint8Array(48).fill(0xb2);

export function partyA(changes: Partial<PartyOptions> = {}): PartyA {
  return createA({ ...common, random48: randomA, ...changes });
}

export function partyB(changes: Partial<PartyOptions> = {}): PartyB {
  return createB({ ...common, random48: randomB, ...changes });
}

/** Both shares exchanged; fails the test where one is refused. */
export function exchange(a: PartyA, b: PartyB): { a: UnconfirmedA; b: UnconfirmedB } {
  return { a: accepted(a.consumeShare(b.share)), b: accepted(b.consumeShare(a.share)) };
}

/** The whole run; fails the test where something is refused. */
export function complete(a: PartyA, b: PartyB): { a: ConfirmedA; b: ConfirmedB } {
  const unconfirmed = exchange(a, b);
  const confirmedB = accepted(unconfirmed.b.verify(unconfirmed.a.confirmation));
  return { a: accepted(unconfirmed.a.verify(confirmedB.confirmation)), b: confirmedB };
}

/** The result of a step that must succeed; fails the test with the code where it was refused. */
export function accepted<T extends { readonly ok: boolean }>(result: T): Extract<T, { readonly ok: true }> {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result as Extract<T, { readonly ok: true }>;
}
