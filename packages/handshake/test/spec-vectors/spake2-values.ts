import { createA, createB, scalarFromBytes } from "@countersign/spake2";
import { concat, encodeHex, utf8 } from "@countersign/wire";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { expect } from "vitest";
import { unhex } from "../support/shared-vectors.ts";

/** The values of an exchange by their names in the specification. */
export interface Spake2Json {
  readonly value: (name: string) => Uint8Array;
  readonly I: { readonly spake2Random: string; readonly x: string; readonly pA: string };
  readonly R: { readonly spake2Random: string; readonly y: string; readonly pB: string };
}

/** Holds the SPAKE2 of a recorded exchange against the library, and what the library keeps to itself against the RFC. */
export function checkSpake2Values({ value, I, R }: Spake2Json): void {
  const ids = { w: value("w"), idA: value("idA"), idB: value("idB"), aad: value("ctxh") };
  const randoms = [I.spake2Random, R.spake2Random].map(unhex);
  expect(randoms.map((random48) => encodeHex(scalarFromBytes(random48)))).toEqual([I.x, R.y]);
  const a = createA({ ...ids, random48: unhex(I.spake2Random) });
  const b = createB({ ...ids, random48: unhex(R.spake2Random) });
  expect([encodeHex(a.share), encodeHex(b.share)]).toEqual([I.pA, R.pB]);
  const [atA, atB] = [a.consumeShare(b.share), b.consumeShare(a.share)];
  if (!atA.ok || !atB.ok) throw new Error("the shares of a good exchange are refused");
  expect([atA.unconfirmedKe(), atA.confirmation]).toEqual([value("Ke"), value("cA")]);
  expect(atB.verify(value("cA"))).toEqual({ ok: true, Ke: value("Ke"), confirmation: value("cB") });

  const parts = [value("idA"), value("idB"), unhex(I.pA), unhex(R.pB), value("K"), value("w")];
  const TT = concat(...parts.flatMap((part) => [littleEndian64(part.length), part]));
  expect(TT).toEqual(value("TT"));
  expect(concat(value("Ke"), value("Ka"))).toEqual(sha256(TT));
  const info = concat(utf8("ConfirmationKeys"), value("ctxh"));
  expect(concat(value("KcA"), value("KcB"))).toEqual(hkdf(sha256, value("Ka"), new Uint8Array(0), info, 32));
  expect([hmac(sha256, value("KcA"), TT), hmac(sha256, value("KcB"), TT)]).toEqual([value("cA"), value("cB")]);
}

function littleEndian64(length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}
