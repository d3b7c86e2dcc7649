import {
  createEndpoint,
  type Endpoint,
  type EndpointInput,
  type EndpointOptions,
  type EndpointOutput,
} from "@countersign/handshake/e3x";
import { type Backend, portableBackend } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { SeededRandom, type SimulatedMachine, Simulation } from "@countersign/testkit";

/** Whichever is faster here; both make the same bytes. */
export const backend: Backend = nodeBackend ?? portableBackend;

type Path = number;
export type StationInput =
  | EndpointInput<Path>
  | { readonly type: "packet"; readonly from: number; readonly bytes: Uint8Array };
export type StationOutput =
  | Exclude<EndpointOutput<Path>, { readonly type: "send" }>
  | { readonly type: "send"; readonly to: number; readonly bytes: Uint8Array };

/** An endpoint with an application that says yes to everybody and reads everything, on a network of numbers. */
export class Station implements SimulatedMachine<StationInput, StationOutput> {
  readonly endpoint: Endpoint<Path>;
  /** What the application does with an offer. */
  decide: (offer: Extract<EndpointOutput<Path>, { type: "offer" }>) => "accept" | "refuse" | "wait" = () => "accept";
  /** Whether the application ends channels that the peer has ended. */
  polite = true;

  constructor(options: EndpointOptions) {
    this.endpoint = createEndpoint<Path>(options);
  }

  step(input: StationInput, now: { ms: number; unixSeconds: number }): readonly StationOutput[] {
    const given = input.type === "packet" && "from" in input ? { ...input, path: input.from } : input;
    const queue = [...this.endpoint.step(given, now)];
    const outputs: StationOutput[] = [];
    for (let output = queue.shift(); output !== undefined; output = queue.shift()) {
      if (output.type === "send") outputs.push({ type: "send", to: output.path, bytes: output.bytes });
      else outputs.push(output);
      for (const answer of this.answers(output)) queue.push(...this.endpoint.step(answer, now));
    }
    return outputs;
  }

  private answers(output: EndpointOutput<Path>): readonly EndpointInput<Path>[] {
    if (output.type === "offer") {
      const type = this.decide(output);
      return type === "wait" ? [] : [{ type, id: output.id }];
    }
    if (output.type !== "deliver") return [];
    const { hashname, channel } = output;
    const processed = { type: "processed", hashname, channel } as const;
    const bye = { type: "send", hashname, channel, content: { end: true } } as const;
    return output.end && this.polite && this.endpoint.writable({ hashname, channel }) ? [processed, bye] : [processed];
  }
}

/** Key pairs that tests can make again: that of station n is 99 + n. */
export const keyPair = (seed: number) => ({ "3a": backend.dh.keyPair(new SeededRandom(seed).bytes(32)) });

/** A simulation with stations 1, 2, … that know nobody. */
export function network(seed: number, count = 2) {
  const random = new SeededRandom(seed);
  const simulation = new Simulation<StationInput, StationOutput>({ random });
  /** Puts a new station in the place of this number, as a restart does. */
  const start = (number: number, options: Partial<EndpointOptions> = {}) => {
    const station = new Station({ keys: keyPair(99 + number), dh: backend.dh, randomBytes: random.bytes, ...options });
    simulation.add(number, station);
    return station;
  };
  const stations = Array.from({ length: count }, (_, index) => start(index + 1));
  const link = (from: number, to: number) => {
    const keys = { "3a": keyPair(99 + to)["3a"].publicKey };
    simulation.input(from, { type: "link", peer: { keys }, path: to });
  };
  /** Lets time pass until both have said so. */
  const up = (times = 1) =>
    simulation.run({
      until: () => [1, 2].every((n) => simulation.outputsOf(n, "up").length >= times),
      limitMs: 31_000,
    });
  return {
    simulation,
    stations,
    start,
    link,
    up,
    random,
    hashnames: stations.map(({ endpoint }) => endpoint.hashname),
  };
}

/** The first of a list, which a test has made sure is there. */
export function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error("there is none");
  return value;
}
