import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SasInput, SasOutput } from "../../src/sas/group-sas-types.ts";
import { Group, only, SAS_COMMIT, SAS_OK, SAS_REVEAL } from "./group.ts";

const kind = fc.constantFrom(SAS_COMMIT, SAS_REVEAL, SAS_OK);
const peer = fc.integer({ min: 2, max: 3 });
const content = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.constantFrom(new Uint8Array(32), new Uint8Array(0)),
);

/** What may happen to party 1: a true message of the others, one with a bit flipped, a forged one, or no message. */
type Action =
  | { readonly type: "deliver"; readonly pick: number; readonly flip: number }
  | { readonly type: "input"; readonly input: SasInput }
  | { readonly type: "later"; readonly ms: number };
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constant("deliver"), pick: fc.nat(1_000), flip: fc.constant(-1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("deliver"), pick: fc.nat(1_000), flip: fc.nat(255) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("input"),
      input: fc.oneof(
        fc.record({ type: fc.constant("message"), from: peer, kind, content }),
        fc.record({ type: fc.constant("lost"), number: peer, differs: fc.boolean() }),
        fc.constant({ type: "time" } as const),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("later"), ms: fc.integer({ min: 0, max: 35_000 }) }) },
);

const snapshot = (group: Group) => structuredClone({ ...group.machines.get(1) });

describe("10,000 random courses of one party's messages", () => {
  it("never throw, never show a string early, leave no trace where dropped, and end once", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 24 }), fc.boolean(), (actions, verified) => {
        const group = new Group(3, () => ({ verified }));
        group.startAll();
        // The other two are honest and already through with each other; what they say to party 1 is toyed with.
        const said: SasOutput[] = [];
        const check = (input: SasInput) => {
          const before = snapshot(group);
          const outputs = group.step(1, input);
          said.push(...outputs);
          if (outputs.some(({ type }) => type === "drop")) expect(snapshot(group)).toEqual(before);
          if (only(said, "failed").length + only(said, "complete").length > 1) throw new Error("ended twice");
          const wakes = outputs.findIndex(({ type }) => type === "wake");
          expect(wakes === -1 || wakes === outputs.length - 1).toBe(true);
        };
        for (const one of actions) {
          if (one.type === "later") group.now += one.ms;
          else if (one.type === "input") check(one.input);
          else deliver(group, one, check);
          if (only(said, "sas").length > 0 && one.type === "deliver" && one.pick % 5 === 0) {
            check({ type: "confirm", same: one.pick % 35 !== 0 });
          }
        }
        const [shown, complete] = [only(said, "sas"), only(said, "complete")];
        expect(shown.length).toBeLessThanOrEqual(1);
        expect(complete.length).toBeLessThanOrEqual(shown.length);
        // Whoever sees a string sees that of the honest others: nothing flipped or forged has found its way into it.
        for (const number of [2, 3]) {
          for (const { words } of group.of(number, "sas")) if (shown[0]) expect(shown[0].words).toBe(words);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

/** Delivers one message between any two parties; one to party 1 perhaps with a bit flipped. */
function deliver(group: Group, { pick, flip }: { pick: number; flip: number }, check: (input: SasInput) => void) {
  const waiting = [...group.channels.values()].filter(({ queue }) => queue.length > 0);
  const channel = waiting[pick % Math.max(waiting.length, 1)];
  const input = channel?.queue.shift();
  if (channel === undefined || input?.type !== "message") return;
  if (channel.to !== 1) {
    group.step(channel.to, input);
    return;
  }
  if (flip < 0) check(input);
  else {
    const changed = input.content.slice();
    changed[flip >> 3] = (changed[flip >> 3] ?? 0) ^ (1 << (flip & 7));
    check({ ...input, content: changed });
  }
}
