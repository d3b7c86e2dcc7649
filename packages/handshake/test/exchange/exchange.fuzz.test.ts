import { inspect } from "node:util";
import { VirtualClock } from "@countersign/testkit";
import { readU64 } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LAST_AT, Order } from "../../src/exchange/at.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import type { ExchangeInput, ExchangeOutput } from "../../src/exchange/exchange-types.ts";
import { LastingCipherSet, lastingPacket, message } from "./lasting-cipher-set.ts";
import { Kind, type Opening, packet, ScriptedCipherSet } from "./scripted-cipher-set.ts";

const NOW = 1_760_000_000n;

/** Numbers that meet each other: around the clock, and the ends of the range. */
const at = fc.oneof(
  fc.bigInt({ min: NOW - 3n, max: NOW + 60n }),
  fc.constantFrom(0n, 1n, 2n ** 53n + 1n, LAST_AT - 1n, LAST_AT),
);
const bytes = fc.uint8Array({ maxLength: 40 });
const type = fc.constantFrom("link", "jwt", "tx", "?");

const lastingBody = fc.oneof(
  { weight: 1, arbitrary: bytes },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 3 }), at, type)
      .map(([exch, atOf, typeOf]) => lastingPacket(new Uint8Array(16).fill(exch), atOf, typeOf)),
  },
);
const scriptedBody = fc.oneof(
  { weight: 1, arbitrary: bytes },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.values(Kind)), at, fc.boolean(), fc.nat(3))
      .map(([kind, atOf, responder, salt]) => packet(kind, atOf, { responder, salt })),
  },
);

function inputs(body: fc.Arbitrary<Uint8Array>): fc.Arbitrary<readonly [ExchangeInput, number]> {
  const id = fc.integer({ min: 0, max: 8 });
  const input: fc.Arbitrary<ExchangeInput> = fc.oneof(
    { weight: 8, arbitrary: body.map((b) => ({ type: "packet", body: b }) as const) },
    { weight: 4, arbitrary: id.map((n) => ({ type: "accept", id: n }) as const) },
    { weight: 1, arbitrary: id.map((n) => ({ type: "refuse", id: n }) as const) },
    { weight: 1, arbitrary: id.map((n) => ({ type: "heard", id: n }) as const) },
    { weight: 2, arbitrary: fc.constantFrom({ type: "call" } as const, { type: "keep-alive" } as const) },
    { weight: 1, arbitrary: type.map((t) => ({ type: "provide", messages: [message(t)] }) as const) },
    { weight: 1, arbitrary: fc.constantFrom({ type: "reconnected" } as const, { type: "end" } as const) },
    { weight: 2, arbitrary: fc.constant({ type: "time" } as const) },
  );
  const pause = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 35_000 }));
  return fc.tuple(input, pause);
}

/** Everything but the pace of openings, which is a limit and no state of the protocol. */
function snapshot(machine: object): string {
  return inspect({ ...machine, pace: undefined, cipherSet: undefined }, { depth: 9 });
}

type Step = (input: ExchangeInput) => readonly ExchangeOutput<string>[];

/** Runs a script; holds after each step what has to be true of every machine. */
function play(machine: object, step: Step, clock: VirtualClock, script: readonly (readonly [ExchangeInput, number])[]) {
  const sent: { readonly body: Uint8Array; readonly persisted: bigint }[] = [];
  let persisted = 0n;
  for (const [input, pause] of script) {
    clock.advance(pause);
    step({ type: "time" });
    const before = snapshot(machine);
    const outputs = step(input);
    if (outputs.length === 1 && outputs[0]?.type === "drop") expect(snapshot(machine)).toBe(before);
    for (const output of outputs) {
      if (output.type === "persist-at") {
        expect(output.at > persisted).toBe(true);
        persisted = output.at;
      } else if (output.type === "send") sent.push({ body: output.body, persisted });
    }
  }
  clock.advance(100_000);
  step({ type: "time" });
  expect(step({ type: "time" })).toEqual([]);
  return sent;
}

const runs = { numRuns: 2_000 };

describe("whatever comes, in any order", () => {
  test("exchanges that last: no throw, a drop leaves no trace, nothing leaves under an at that is not on disk", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(Order.EVEN, Order.ODD),
        fc.array(inputs(lastingBody), { maxLength: 40 }),
        (order, script) => {
          const clock = new VirtualClock();
          const machine = new Exchange({ cipherSet: new LastingCipherSet("us"), order, messages: [message("link")] });
          const sent = play(machine, (input) => machine.step(input, clock.now()), clock, script);
          for (const { body, persisted } of sent) expect(readU64(body, 16) <= persisted).toBe(true);
        },
      ),
      runs,
    );
  });

  test("an exchange for each handshake: no throw, a drop leaves no trace", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(Order.EVEN, Order.ODD),
        fc.constantFrom<Opening>("reply", "message", "bad"),
        fc.constantFrom("live", "finishing", "tentative"),
        fc.array(inputs(scriptedBody), { maxLength: 40 }),
        (order, opening, standing, script) => {
          const clock = new VirtualClock();
          const cipherSet = new ScriptedCipherSet();
          Object.assign(cipherSet, { opening, standing });
          const machine = new Exchange({ cipherSet, order });
          play(machine, (input) => machine.step(input, clock.now()), clock, script);
        },
      ),
      runs,
    );
  });
});
