/** A moment that a subject moves on by itself. */
export interface Clock {
  ms: number;
  readonly unixSeconds: number;
}

export function clockAtRest(): Clock {
  return { ms: 0, unixSeconds: 1_760_000_000 };
}

/** What became of one packet at its receiver. */
export interface Outcome {
  readonly sent: number;
  /** Why it was dropped; undefined if it was not. */
  readonly dropped: string | undefined;
}

/** Takes a packet as a process does that accepts everybody and writes at once. */
export type Receiver = (packet: Uint8Array, clock: Clock) => Outcome;

/** A kind of packet, with what it does to the receiver that it is sent to. */
export interface Kind {
  readonly name: string;
  /** Packets in one run. */
  readonly packets: number;
  /** What the receiver has to say to it, so that nothing else is measured: a code, or `answer`. */
  readonly expected: string;
  readonly run: () => Outcome;
}

/** Makes a kind of which each packet goes to a receiver that is made anew when the packets are used up. */
export function rotating(options: {
  readonly name: string;
  readonly expected: string;
  readonly packets: readonly Uint8Array[];
  readonly receiver: () => Receiver;
  /** How far the clock moves on before each packet, in ms. */
  readonly stepMs: number;
}): Kind {
  const { name, expected, packets, receiver: makeReceiver, stepMs } = options;
  let next = packets.length;
  let receiver: Receiver = makeReceiver();
  let clock = clockAtRest();
  return {
    name,
    expected,
    packets: 1,
    run() {
      if (next === packets.length) {
        next = 0;
        receiver = makeReceiver();
        clock = clockAtRest();
      }
      clock.ms += stepMs;
      return receiver(packets[next++] ?? new Uint8Array(0), clock);
    },
  };
}

/** Makes a kind of which the same packet goes to one receiver again and again, which it does not change. */
export function repeated(options: {
  readonly name: string;
  readonly expected: string;
  readonly packet: Uint8Array;
  readonly receiver: Receiver;
  /** How far the clock moves on before each packet, in ms. Default: 0. */
  readonly stepMs?: number;
}): Kind {
  const { name, expected, packet, receiver, stepMs = 0 } = options;
  const clock = clockAtRest();
  return {
    name,
    expected,
    packets: 1,
    run() {
      clock.ms += stepMs;
      return receiver(packet, clock);
    },
  };
}

/** A thousand packets of a kind in one second, at one receiver that lasts. */
export function flood(name: string, expected: string, packet: Uint8Array, receiver: Receiver): Kind {
  const clock = clockAtRest();
  return {
    name: `${name}, 1,000 in a second`,
    expected,
    packets: 1_000,
    run() {
      let outcome: Outcome = { sent: 0, dropped: undefined };
      for (let n = 0; n < 1_000; n++) {
        clock.ms += 1;
        outcome = receiver(packet, clock);
      }
      return outcome;
    },
  };
}
