import { type Hostility, hostileRelay, perfectNetwork, SeededRandom, Simulation } from "@countersign/testkit";
import type { CipherSet, Incoming } from "../../src/exchange/cipher-set.ts";
import type { HandshakeMessage } from "../../src/exchange/message-group.ts";
import { areComplementary, Books, must } from "./books.ts";
import { type EndInput, type EndOutput, SimulatedEnd } from "./simulated-end.ts";

/** What a simulation is of. */
export interface Kind<Peer, Packet extends Incoming, Introduced> {
  readonly lasting: boolean;
  readonly messages: readonly HandshakeMessage[];
  readonly atOf: ((bytes: Uint8Array) => bigint) | undefined;
  /** A cipher set for a process of this end. */
  readonly cipherSet: (end: 0 | 1, random: SeededRandom) => CipherSet<Peer, Packet, Introduced>;
}

/** What a course came to, for a test to know that something has happened at all. */
export interface Outcome {
  readonly confirmations: number;
  readonly restarts: number;
  /** Whether both were open before the relay let go. */
  readonly together: boolean;
}

const agreeable = { refuse: 0, ignore: 0, thinkMs: 0 };
/** Longer than any handshake lives. */
const BOUND = 95_000;

/**
 * One course of two ends, by one seed: a relay that does its worst while they call, keep alive, refuse, change their minds
 * and crash; then it lets go, or is silent for good. Throws for what must never be.
 */
export function course<Peer, Packet extends Incoming, Introduced>(
  kind: Kind<Peer, Packet, Introduced>,
  seed: number,
): Outcome {
  const random = new SeededRandom(seed);
  const books = new Books(kind.lasting);
  const network = new Simulation<EndInput, EndOutput>({ random, policy: hostileRelay(hostility(random)) });
  const ends: [SimulatedEnd<Peer, Packet, Introduced>, SimulatedEnd<Peer, Packet, Introduced>] = [start(0), start(1)];
  let restarts = 0;

  function start(end: 0 | 1): SimulatedEnd<Peer, Packet, Introduced> {
    const { messages, atOf } = kind;
    const process = new SimulatedEnd({ end, books, random, messages, atOf, cipherSet: kind.cipherSet(end, random) });
    const patient = random.chance(0.5);
    process.temper = { refuse: 0.1, ignore: 0.05, thinkMs: patient ? 6_000 : 0 };
    network.add(end + 1, process);
    return process;
  }

  function input(end: 0 | 1, given: EndInput): void {
    network.input(end + 1, given);
  }

  function act(): void {
    const end = random.integer(2) === 0 ? 0 : 1;
    const dice = random.integer(100);
    if (dice < 25) input(end, { type: "call" });
    else if (dice < 45) input(end, { type: "keep-alive" });
    else if (dice < 50) input(end, { type: "provide", messages: kind.messages });
    else if (dice < 65) input(end, { type: "say" });
    else if (dice < 70) input(end, { type: "reconnected" });
    else if (dice < 78) input(end, { type: "reject" });
    else if (dice < 90) {
      ends[end].crash();
      ends[end] = start(end);
      restarts++;
    } else network.clock.epochSeconds += random.integer(7_200) - 3_600;
    network.run({ limitMs: random.integer(random.chance(0.15) ? 40_000 : 3_000) });
  }

  for (let actions = 6 + random.integer(10); actions > 0; actions--) act();
  const together = areTogether(ends);
  for (const end of ends) end.temper = agreeable;
  if (random.chance(0.7)) {
    network.policy = perfectNetwork;
    network.run({ limitMs: BOUND });
    // Whose clock is behind waits for the other to call.
    for (const end of [0, 1] as const) input(end, { type: "keep-alive" });
    network.run({ limitMs: BOUND });
    must(areTogether(ends), "the relay lets go, and the two do not come together");
  } else {
    network.policy = () => [];
    network.run({ limitMs: BOUND });
    for (const end of [0, 1] as const) if (kind.lasting) input(end, { type: "keep-alive" });
    network.run({ limitMs: BOUND });
    for (const end of ends) {
      must(end.idle, "something is still waited for");
      must(!kind.lasting || end.current === undefined, "an exchange outlives the silence");
    }
  }
  const [a = 0, b = 0] = books.confirmations;
  return { confirmations: a + b, restarts, together };
}

function areTogether(ends: readonly [{ keys: Keys }, { keys: Keys }]): boolean {
  const [{ keys: one }, { keys: other }] = ends;
  return one !== undefined && other !== undefined && areComplementary(one, other);
}

type Keys = Parameters<typeof areComplementary>[0] | undefined;

function hostility(random: SeededRandom): Hostility {
  const up = (most: number) => (random.integer(1_000) / 1_000) * most;
  return {
    drop: up(0.4),
    duplicate: up(0.4),
    delayMs: 1 + random.integer(3_000),
    flip: up(0.1),
    truncate: up(0.05),
    replay: up(0.6),
    reflect: up(0.2),
    inject: up(0.2),
  };
}
