import { SeededRandom } from "@countersign/testkit";
import { quantile } from "../reliability/crowd.ts";
import { total } from "../reliability/member.ts";
import type { Figure, Proof } from "../reliability/proof.ts";
import { Clients } from "./clients.ts";
import { Engine, engineName } from "./engine.ts";
import { breakOne, faultNames, Offsets } from "./faults.ts";
import { Pulse } from "./pulse.ts";
import { RelayNode } from "./relay-node.ts";

const NODES = 3;
/** Milliseconds of peace in front of each fault. */
const PEACE = 1_000;
/** Seconds within which everybody has to be served again. */
const BACK = 10;
/** Seconds for which a round, and the end, wait for whoever is later than that. */
const PATIENCE = 60;

/** What was measured beside what the clients have counted. */
interface Measured {
  readonly rounds: number;
  readonly offsets: Offsets;
  /** Seconds of each round until everybody was served again. */
  readonly resumed: number[];
  /** Milliseconds of acknowledgements in peace: to somebody beside the fifty, and to those of them who talk. */
  readonly calm: number[];
  readonly busy: number[];
}

/** Three relays on one engine, and everything that can be taken away from fifty clients while they are in sessions. */
export const m: Proof = {
  id: "m",
  title: "three relays on one engine, broken again and again",
  async run(scale, { seed, progress, note }): Promise<readonly Figure[]> {
    note(`the engine was ${engineName()}`);
    const random = new SeededRandom(seed);
    const engine = new Engine();
    await engine.ready();
    const nodes: RelayNode[] = [];
    for (let i = 0; i < NODES; i++) nodes.push(await RelayNode.start(engine.url));
    const urls = nodes.map(({ proxy }) => proxy.url);
    const clients = new Clients(urls);
    await clients.begin(urls);

    const rounds = scale === "quick" ? faultNames.length : 200;
    const measured: Measured = { rounds, offsets: new Offsets(), resumed: [], calm: [], busy: [] };
    const { offsets, resumed, calm, busy } = measured;
    const pulse = new Pulse();
    const faults: (typeof faultNames)[number][] = [];
    for (let round = 1; round <= rounds; round++) {
      if (faults.length === 0) faults.push(...faultNames);
      const [fault = "node killed"] = faults.splice(random.integer(faults.length), 1);
      await clients.served(performance.now(), PATIENCE);
      clients.takeLatencies();
      const answers = await pulse.measure(
        nodes.map(({ url }) => url),
        PEACE,
      );
      calm.push(...answers);
      busy.push(...clients.takeLatencies());
      const { since, mended } = await breakOne(fault, { deployment: { engine, nodes }, random, offsets });
      const seconds = await clients.served(since, PATIENCE);
      resumed.push(seconds);
      if (seconds > BACK) note(`round ${round}, ${fault}: ${seconds.toFixed(1)} s until the last client was served`);
      await mended;
      progress(`round ${round} of ${rounds}, ${fault}; ${clients.signings.signed} signed`);
    }
    const missing = await clients.end(PATIENCE);
    await pulse.stop();
    for (const node of nodes) await node.stop();
    await engine.stop();
    for (const [reason, count] of clients.signings.reasons) note(`${count} × a signer ended with ${reason}`);
    return figuresOf(clients, measured, missing);
  },
};

function figuresOf(
  { ledgers, wanderers, signings }: Clients,
  { rounds, offsets, resumed, calm, busy }: Measured,
  missing: number,
): readonly Figure[] {
  const target = { atMost: 0 };
  const moves = wanderers.reduce((sum, one) => sum + one.moves, 0);
  const reasons = [...signings.reasons.values()].reduce((sum, count) => sum + count, 0);
  return [
    { name: "rounds", value: rounds, unit: "" },
    { name: "connections cut, each a byte later", value: offsets.cut, unit: "" },
    { name: "messages acknowledged", value: total(ledgers, "acknowledged"), unit: "", target: { atLeast: rounds } },
    { name: "acknowledged and lost", value: missing + total(ledgers, "lost"), unit: "", target },
    { name: "delivered twice", value: total(ledgers, "duplicated"), unit: "", target },
    { name: "places in the order that differ", value: total(ledgers, "reordered"), unit: "", target },
    { name: "gaps in the chain of events", value: total(ledgers, "gaps"), unit: "", target },
    { name: "answers that changed", value: total(ledgers, "answersChanged"), unit: "", target },
    { name: "times that somebody went to another node", value: moves, unit: "" },
    { name: "median until all were served again", value: quantile(resumed, 0.5), unit: "s" },
    { name: "longest", value: Math.max(...resumed), unit: "s", target: { atMost: BACK } },
    { name: "acknowledgement in peace, p99", value: quantile(calm, 0.99), unit: "ms", target: { atMost: 50 } },
    { name: "the same among the fifty, who sign in one process", value: quantile(busy, 0.99), unit: "ms" },
    { name: "ceremonies that ended in a signature", value: signings.signed, unit: "", target: { atLeast: rounds } },
    { name: "signers that ended with a reason", value: reasons, unit: "" },
    { name: "ceremonies that hung", value: signings.hanging, unit: "", target },
    { name: "ceremonies with two signatures", value: signings.different, unit: "", target },
    { name: "rounds with two different statements", value: signings.contradictions, unit: "", target },
    { name: "median of a signing", value: quantile(signings.seconds, 0.5), unit: "s" },
  ];
}
