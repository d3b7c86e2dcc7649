import { createA, createB } from "@countersign/spake2";
import { sha256 } from "@noble/hashes/sha2.js";
import { afterEach, expect, test, vi } from "vitest";
import { rfcCases } from "./rfc9382-appendix-b.ts";
import { accepted, hex, seedOf, unhex, utf8 } from "./support.ts";

const rfc = rfcCases[0] ?? expect.fail("there is a first case");
const options = { w: unhex(rfc.w), idA: utf8(rfc.A), idB: utf8(rfc.B) };

/** Contents, in hex, that arrays had when they were overwritten with zeros. */
function watchWiping(): string[] {
  const wiped: string[] = [];
  const fill = Uint8Array.prototype.fill;
  vi.spyOn(Uint8Array.prototype, "fill").mockImplementation(function (this: Uint8Array, value, start, end) {
    if (value === 0 && start === undefined) wiped.push(hex(this));
    return fill.call(this, value, start, end);
  });
  return wiped;
}

afterEach(() => vi.restoreAllMocks());

// That the engine keeps no other copy of these bytes cannot be tested, nor promised.
test.each([
  { party: "A", start: () => createA({ ...options, random48: seedOf(rfc.x) }), peer: rfc.pB, ephemeral: rfc.x },
  { party: "B", start: () => createB({ ...options, random48: seedOf(rfc.y) }), peer: rfc.pA, ephemeral: rfc.y },
])("$party wipes everything secret but Ke and the MACs with its share, and those with destroy", (run) => {
  const party = run.start();
  const wiped = watchWiping();
  const unconfirmed = accepted(party.consumeShare(unhex(run.peer)));
  expect(wiped).toEqual(
    expect.arrayContaining([rfc.w, run.ephemeral, rfc.K, rfc.HashTT, rfc.Ka, rfc.KcA, rfc.KcB, rfc.KcA + rfc.KcB]),
  );
  expect(wiped.map((bytes) => hex(sha256(unhex(bytes))))).toContain(rfc.HashTT);
  expect(wiped).not.toContain(rfc.Ke);
  unconfirmed.destroy();
  expect(wiped).toEqual(expect.arrayContaining(run.party === "A" ? [rfc.Ke, rfc.cB] : [rfc.Ke, rfc.cA, rfc.cB]));
});

test("a party that is destroyed before any share wipes what it has", () => {
  const a = createA({ ...options, random48: seedOf(rfc.x) });
  const b = createB({ ...options, random48: seedOf(rfc.y) });
  const wiped = watchWiping();
  a.destroy();
  b.destroy();
  expect(wiped).toEqual([rfc.w, rfc.x, rfc.w, rfc.y]);
});
