import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hex } from "@scure/base";
import { describe, expect, it } from "vitest";
import { alice, bob, id, psbt, together } from "./adaptor-pair.ts";
import { type Said, say, spy, tamper } from "./adaptor-wire.ts";

describe("a party that cheats is found out, and gets nothing for it:", () => {
  const flipped = (digits: unknown) => String(digits).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
  const other = hex.encode(secp256k1.getPublicKey(new Uint8Array(32).fill(5), true));
  const of = (type: string, change: (said: Said) => object) => (said: Said) =>
    said.type === type ? { ...said, ...change(said) } : said;
  const commitments = (change: (said: Said) => object) => of("adaptor_commitments", change);
  const partials = (change: (said: Said) => object) => of("adaptor_partials", change);

  const cheats: readonly (readonly [string, (said: Said) => object, RegExp])[] = [
    ["another transaction", commitments(({ transaction }) => ({ transaction: flipped(transaction) })), /MISMATCH/],
    ["no commitment", commitments(() => ({ commitments: [] })), /nobody has the key/],
    [
      "a commitment too many",
      commitments(({ commitments = [] }) => ({ commitments: [...commitments, ...commitments] })),
      /twice/,
    ],
    [
      "a commitment for an input that is none",
      commitments(() => ({ commitments: [{ input: 7, nonce: other }] })),
      /none that is to be signed/,
    ],
    [
      "a nonce that is no point",
      commitments(({ commitments = [] }) => ({
        commitments: commitments.map(({ input }) => ({ input, nonce: "05".repeat(33) })),
      })),
      /no point/,
    ],
    [
      "a commitment to another nonce",
      commitments(({ commitments = [] }) => ({
        commitments: commitments.map(({ input }) => ({ input, nonce: other })),
      })),
      /does not verify/,
    ],
    [
      "a partial that is wrong",
      partials(({ partials = [] }) => ({
        partials: partials.map(({ input, partial }) => ({ input, partial: flipped(partial) })),
      })),
      /does not verify/,
    ],
    [
      "a partial above the order",
      partials(({ partials = [] }) => ({
        partials: partials.map(({ input }) => ({ input, partial: "ff".repeat(32) })),
      })),
      /does not verify/,
    ],
    ["no partial", partials(() => ({ partials: [] })), /missing/],
    [
      "a partial of an input that is not its own",
      partials(() => ({ partials: [{ input: 9, partial: "01".repeat(32) }] })),
      /not committed to/,
    ],
    [
      "commitments in the place of partials",
      partials((said) => ({ ...said, type: "adaptor_commitments", transaction: "00".repeat(32), commitments: [] })),
      /out of turn/,
    ],
  ];

  it.each(cheats)("the initiator, by %s", async (_, change, found) => {
    const answers = spy(bob, id);
    tamper(alice, id, change);
    const [, error] = await Promise.all([
      alice.error("adaptor_roundtrip", id, psbt, true, null, 5_000),
      bob.error("adaptor_roundtrip", id, psbt, false, null, 5_000),
    ]);
    expect(error).toEqual({ code: -25, message: expect.stringMatching(found) });
    expect(answers.map(({ type }) => type)).not.toContain("adaptor_partials");
  });

  it("the initiator, by an adaptor that is no point, or another one than it signs for", async () => {
    const answers = spy(bob, id);
    for (const [adaptor, found] of [
      ["05".repeat(33), /no point/],
      [other, /does not verify/],
    ] as const) {
      const undo = tamper(
        alice,
        id,
        commitments(() => ({ adaptor })),
      );
      const [, error] = await Promise.all([
        alice.error("adaptor_roundtrip", id, psbt, true, null, 5_000),
        bob.error("adaptor_roundtrip", id, psbt, false, null, 5_000),
      ]);
      expect(error).toEqual({ code: -25, message: expect.stringMatching(found) });
      undo();
    }
    expect(answers.map(({ type }) => type)).not.toContain("adaptor_partials");
  });

  it.each(cheats)("the responder, by %s", async (_, change, found) => {
    tamper(bob, id, change);
    const [error] = await Promise.all([
      alice.error("adaptor_roundtrip", id, psbt, true, null, 5_000),
      bob.call("adaptor_roundtrip", id, psbt, false, null, 5_000).catch(() => undefined),
    ]);
    expect(error).toEqual({ code: -25, message: expect.stringMatching(found) });
  });

  it.each([
    ["no JSON of ours", { type: "adaptor_partials", round: "x" }],
    [
      "lists of something else",
      { type: "adaptor_commitments", round: "00".repeat(16), transaction: "00".repeat(32), commitments: [1] },
    ],
    ["an unknown type", { type: "adaptor_news", round: "00".repeat(16) }],
  ])("by %s, which is not looked at", async (_, payload) => {
    say(alice, id, payload);
    const [made] = await together();
    expect(made).toMatchObject({ complete: true });
  });
});
