import { CONFIRMATION_BYTES, createA, KEY_BYTES, type PartyOptions, SHARE_BYTES } from "@countersign/spake2";
import { describe, expect, test } from "vitest";
import { keySchedule } from "../src/key-schedule.ts";
import { readOptions } from "../src/options.ts";
import { transcript } from "../src/transcript.ts";
import { accepted, common, complete, exchange, partyA, partyB, randomA, randomB, utf8 } from "./support.ts";

test("both sides end with the same Ke, and lengths are as stated", () => {
  const [a, b] = [partyA(), partyB()];
  expect(a.share).toHaveLength(SHARE_BYTES);
  expect(b.share).toHaveLength(SHARE_BYTES);
  const confirmed = complete(a, b);
  expect(confirmed.a.Ke).toEqual(confirmed.b.Ke);
  expect(confirmed.a.Ke).toHaveLength(KEY_BYTES);
  expect(confirmed.b.confirmation).toHaveLength(CONFIRMATION_BYTES);
});

test("the same inputs give the same run, another random48 another Ke", () => {
  const Ke = complete(partyA(), partyB()).a.Ke;
  expect(complete(partyA(), partyB()).a.Ke).toEqual(Ke);
  expect(complete(partyA({ random48: new Uint8Array(48).fill(9) }), partyB()).a.Ke).not.toEqual(Ke);
  expect(complete(partyA(), partyB({ random48: new Uint8Array(48).fill(9) })).a.Ke).not.toEqual(Ke);
});

/** The cB of a B with other inputs in a run with `partyA()`: what the API itself only gives out for a right cA. */
function confirmationOfB(changes: Partial<PartyOptions>): Uint8Array {
  const { w, ephemeral: y, A, B, AAD, backend } = readOptions({ ...common, random48: randomB, ...changes });
  const [pA, pB] = [partyA().share, partyB(changes).share];
  const K = backend.beginB(w, y).computeK(pA);
  return keySchedule(transcript({ A, B, pA, pB, K, w }), AAD).cB;
}

test("confirmationOfB, which the tests below rely on, is right where nothing differs", () => {
  expect(exchange(partyA(), partyB()).a.verify(confirmationOfB({})).ok).toBe(true);
});

describe("what the two sides must agree on", () => {
  const otherW = new Uint8Array(32).fill(8);
  test.each([
    { what: "w", changes: { w: otherW } },
    { what: "the identity of A", changes: { idA: utf8("alicf") } },
    { what: "the identity of B", changes: { idB: utf8("bobb") } },
    { what: "which identity is whose", changes: { idA: common.idB, idB: common.idA } },
    { what: "where one identity ends", changes: { idA: utf8("aliceb"), idB: utf8("ob") } },
    { what: "an absent identity", changes: { idA: new Uint8Array(0) } },
    { what: "the AAD", changes: { aad: utf8("contexu") } },
    { what: "no AAD", changes: { aad: new Uint8Array(0) } },
  ])("$what: else neither side confirms", ({ changes }) => {
    const { a, b } = exchange(partyA(), partyB(changes));
    expect(b.verify(a.confirmation)).toEqual({ ok: false, code: "spake2.confirmation-mismatch" });
    expect(a.verify(confirmationOfB(changes))).toEqual({ ok: false, code: "spake2.confirmation-mismatch" });
  });

  test("a share that was changed on the way: neither side confirms", () => {
    const middle = partyB({ w: otherW });
    const a = partyA().consumeShare(middle.share);
    const b = partyB().consumeShare(partyA({ w: otherW }).share);
    expect(a.ok && b.ok && b.verify(a.confirmation)).toEqual({ ok: false, code: "spake2.confirmation-mismatch" });
  });
});

test("an AAD that is not given is the empty one", () => {
  const { w, idA, idB } = common;
  const { a, b } = exchange(createA({ w, idA, idB, random48: randomA }), partyB({ aad: new Uint8Array(0) }));
  expect(b.verify(a.confirmation).ok).toBe(true);
});

test("B has nothing to give out before verify, and A nothing but cA and an explicitly unconfirmed Ke", () => {
  const [a, b] = [partyA(), partyB()];
  expect(Object.keys(a).sort()).toEqual(["consumeShare", "destroy", "share"]);
  expect(Object.keys(b).sort()).toEqual(["consumeShare", "destroy", "share"]);
  const unconfirmed = exchange(a, b);
  expect(Object.keys(unconfirmed.a).sort()).toEqual(["confirmation", "destroy", "ok", "unconfirmedKe", "verify"]);
  expect(Object.keys(unconfirmed.b).sort()).toEqual(["destroy", "ok", "verify"]);
});

test("A's unconfirmed Ke is a copy of the one that verify gives, and gone after destroy", () => {
  const { a, b } = exchange(partyA(), partyB());
  const early = a.unconfirmedKe();
  const confirmed = accepted(a.verify(accepted(b.verify(a.confirmation)).confirmation));
  expect(early).toEqual(confirmed.Ke);
  early.fill(0);
  expect(a.unconfirmedKe()).toEqual(confirmed.Ke);
  a.destroy();
  expect(() => a.unconfirmedKe()).toThrow(expect.objectContaining({ code: "usage.destroyed" }));
});

test("options and shares are copied: what the caller does with them later changes nothing", () => {
  const optionsOf = (random48: Uint8Array) => ({
    w: common.w.slice(),
    idA: utf8("alice"),
    idB: utf8("bob"),
    aad: utf8("context"),
    random48: random48.slice(),
  });
  const [optionsA, optionsB] = [optionsOf(randomA), optionsOf(randomB)];
  const undisturbed = complete(partyA(optionsA), partyB(optionsB));

  const [a, b] = [partyA(optionsA), partyB(optionsB)];
  const [pA, pB] = [a.share.slice(), b.share.slice()];
  for (const bytes of [...Object.values(optionsA), ...Object.values(optionsB), a.share, b.share]) bytes.fill(0);
  const { confirmation } = accepted(a.consumeShare(pB));
  expect(accepted(b.consumeShare(pA)).verify(confirmation)).toEqual(undisturbed.b);
});
