import type { ExchangeOutput } from "./exchange-types.ts";

/** What the machine says within a step, in order. */
export class Said<Peer, Introduced> {
  private outputs: ExchangeOutput<Peer, Introduced>[] = [];

  say(output: ExchangeOutput<Peer, Introduced>): void {
    this.outputs.push(output);
  }

  /** All of it, once. An offer stands last, so that it can be answered when all else is done. */
  take(): readonly ExchangeOutput<Peer, Introduced>[] {
    const { outputs } = this;
    this.outputs = [];
    const isOffer = ({ type }: ExchangeOutput<Peer, Introduced>) => type === "offer";
    return [...outputs.filter((output) => !isOffer(output)), ...outputs.filter(isOffer)];
  }
}
