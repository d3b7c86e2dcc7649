import type { Received, RoundProtocol, Step } from "@countersign/session";

/** What a test may change of a message on its way. */
export interface Passing {
  readonly round: number;
  readonly from: number;
  /** 0 for what goes to all. */
  readonly to: number;
  readonly bytes: Uint8Array;
}

export interface RunOptions {
  /** The bytes that arrive instead. */
  readonly alter?: (passing: Passing) => Uint8Array;
  /** Called with each step of each party before the next round, and may give another protocol to go on with. */
  readonly between?: <T>(number: number, round: number, protocol: RoundProtocol<T>) => RoundProtocol<T>;
}

/** Runs all parties of a protocol round by round until each has ended. */
export async function runRounds<T>(
  parties: ReadonlyMap<number, RoundProtocol<T>>,
  { alter = ({ bytes }) => bytes, between = (_number, _round, protocol) => protocol }: RunOptions = {},
): Promise<Map<number, Step<T>>> {
  const protocols = new Map(parties);
  let steps = new Map<number, Step<T>>();
  for (const [number, protocol] of protocols) steps.set(number, await protocol.begin());
  for (let round = 1; [...steps.values()].some(({ type }) => type === "round"); round++) {
    const next = new Map<number, Step<T>>();
    for (const [number, step] of steps) {
      if (step.type !== "round") {
        next.set(number, step);
        continue;
      }
      const protocol = between(number, round, protocols.get(number) as RoundProtocol<T>);
      protocols.set(number, protocol);
      const received = receivedBy(number, round, steps, alter);
      next.set(number, received === undefined ? step : await protocol.advance(step.state, round, received));
    }
    if ([...next].every(([number, step]) => step === steps.get(number))) break;
    steps = next;
  }
  return steps;
}

function receivedBy<T>(
  to: number,
  round: number,
  steps: ReadonlyMap<number, Step<T>>,
  alter: (passing: Passing) => Uint8Array,
): Received[] | undefined {
  const received: Received[] = [];
  for (const [from, step] of steps) {
    if (from === to) continue;
    // Who has ended sends no more, so the others wait.
    if (step.type !== "round") return undefined;
    const direct = step.direct?.get(to);
    received.push({
      from,
      ...(step.broadcast && { broadcast: alter({ round, from, to: 0, bytes: step.broadcast }) }),
      ...(direct && { direct: alter({ round, from, to, bytes: direct }) }),
    });
  }
  return received;
}
