import { VirtualClock } from "@countersign/testkit";
import { Order } from "../../src/exchange/at.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import type { ExchangeOutput } from "../../src/exchange/exchange-types.ts";
import { ScriptedCipherSet } from "./scripted-cipher-set.ts";

/** An endpoint of order EVEN; its peer is ODD. */
export function endpoint(highest = 0n) {
  const clock = new VirtualClock();
  const cipherSet = new ScriptedCipherSet();
  const machine = new Exchange({ cipherSet, order: Order.EVEN, highest });
  const receive = (body: Uint8Array) => machine.step({ type: "packet", body }, clock.now());
  const call = () => machine.step({ type: "call" }, clock.now());
  /** The application says yes to whatever is offered, at once. */
  const take = (body: Uint8Array, standing: ScriptedCipherSet["standing"] = "live") => {
    const outputs = receive(body);
    cipherSet.standing = standing;
    const accepted = outputs.flatMap((output) =>
      output.type === "offer" ? machine.step({ type: "accept", id: output.id }, clock.now()) : [],
    );
    return [...outputs.filter(({ type }) => type !== "offer"), ...accepted];
  };
  return { clock, cipherSet, machine, receive, call, take };
}

export const types = (outputs: readonly ExchangeOutput<string>[]) => outputs.map(({ type }) => type);
export const drops = (outputs: readonly ExchangeOutput<string>[]) =>
  outputs.flatMap((output) => (output.type === "drop" ? [output.code] : []));
/** What the clock says at first. */
export const NOW = 1_760_000_000n;
