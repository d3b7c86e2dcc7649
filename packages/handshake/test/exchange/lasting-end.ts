import { VirtualClock } from "@countersign/testkit";
import { Order } from "../../src/exchange/at.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import type { ExchangeInput, ExchangeOutput } from "../../src/exchange/exchange-types.ts";
import { LastingCipherSet, type LastingIncoming, message } from "./lasting-cipher-set.ts";

type Output = ExchangeOutput<string>;

/** The clock of all tests: `NOW` is what it says at its beginning. */
export const NOW = 1_760_000_000n;

/** One end of a pair whose exchanges last over handshakes. Says `link` unless it is told otherwise. */
export class LastingEnd {
  readonly clock: VirtualClock;
  readonly cipherSet: LastingCipherSet;
  readonly machine: Exchange<string, LastingIncoming>;

  constructor({ order = Order.EVEN as Order, highest = 0n, types = ["link"], clock = new VirtualClock() } = {}) {
    this.clock = clock;
    this.cipherSet = new LastingCipherSet(order === Order.EVEN ? "even" : "odd");
    this.machine = new Exchange({ cipherSet: this.cipherSet, order, highest, messages: types.map(message) });
  }

  step(input: ExchangeInput): readonly Output[] {
    return this.machine.step(input, this.clock.now());
  }

  receive(body: Uint8Array): readonly Output[] {
    return this.step({ type: "packet", body });
  }

  /** Receives a packet and accepts what is offered, at once. Leaves the wakes out. */
  take(body: Uint8Array): readonly Output[] {
    return this.receive(body)
      .flatMap((output) =>
        output.type === "offer" ? [output, ...this.step({ type: "accept", id: output.id })] : [output],
      )
      .filter(({ type }) => type !== "wake");
  }

  /** Lets time pass to a moment after the beginning, one input at a time. */
  at(ms: number): readonly Output[] {
    this.clock.ms = ms;
    return this.step({ type: "time" });
  }
}

export const types = (outputs: readonly Output[]) => outputs.map(({ type }) => type);
export const drops = (outputs: readonly Output[]) => outputs.flatMap((o) => (o.type === "drop" ? [o.code] : []));
export const sends = (outputs: readonly Output[]) => outputs.flatMap((o) => (o.type === "send" ? [o.body] : []));

/** The last offer among these, as the types of its messages and the rest. */
export function offer(outputs: readonly Output[]) {
  const [last] = outputs.flatMap((output) => (output.type === "offer" ? [output] : [])).slice(-1);
  if (last === undefined) throw new Error("nothing was offered");
  return { ...last, messages: last.messages.map(({ type }) => type) };
}
