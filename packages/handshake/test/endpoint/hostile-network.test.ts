import { hostileRelay, SeededRandom } from "@countersign/testkit";
import { expect, test } from "vitest";
import { network } from "./station.ts";

const CONTENTS = 30;

/** What one end has heard on one channel of this type. */
function heard(simulation: ReturnType<typeof network>["simulation"], number: number, channelType: string) {
  const channels = simulation
    .outputsOf(number, "channel-opened")
    .filter((opened) => opened.opener === "peer" && opened.channelType === channelType);
  return channels.map(({ channel, hashname }) =>
    simulation
      .outputsOf(number, "deliver")
      .filter((delivered) => delivered.channel === channel && delivered.hashname === hashname)
      .flatMap(({ json }) => (typeof json["n"] === "number" ? [json["n"]] : [])),
  );
}

test("200 hostile networks: both come up, what is reliable arrives once and in order, and nothing arrives twice", () => {
  const stories = { reliable: 0, unreliable: 0 };
  for (let seed = 1; seed <= 200; seed++) {
    const { simulation, stations, link } = network(seed);
    simulation.policy = hostileRelay({
      drop: 0.15,
      duplicate: 0.1,
      delayMs: 400,
      flip: 0.05,
      truncate: 0.03,
      replay: 0.1,
      reflect: 0.05,
      inject: 0.05,
    });
    const random = new SeededRandom(seed);
    link(1, 2);
    if (random.chance(0.5)) link(2, 1);
    const up = () => [1, 2].every((number) => simulation.outputsOf(number, "up").length > 0);
    expect(simulation.run({ until: up, limitMs: 31_000 }), `seed ${seed} comes up`).toBe(true);
    const hashnames = [stations[1], stations[0]].map((station) => station?.endpoint.hashname ?? "");
    for (const [index, hashname] of hashnames.entries()) {
      for (const reliable of [true, false]) {
        const channelType = reliable ? "reliable" : "unreliable";
        simulation.input(index + 1, { type: "open", hashname, channelType, reliable, content: { json: { n: 0 } } });
        const channel =
          simulation.outputsOf(index + 1, "channel-opened").findLast(({ opener }) => opener === "self")?.channel ?? 0;
        for (let n = 1; n <= CONTENTS; n++) {
          simulation.input(index + 1, {
            type: "send",
            hashname,
            channel,
            content: { json: { n }, end: n === CONTENTS },
          });
        }
      }
    }
    simulation.run({ limitMs: 120_000 });
    for (const number of [1, 2]) {
      const [ofReliable, ...others] = heard(simulation, number, "reliable");
      expect(others, `seed ${seed}: no channel opens twice`).toEqual([]);
      expect(ofReliable, `seed ${seed}: all of it, in order`).toEqual(
        Array.from({ length: CONTENTS + 1 }, (_, n) => n),
      );
      for (const unreliable of heard(simulation, number, "unreliable")) {
        expect(new Set(unreliable).size, `seed ${seed}: once`).toBe(unreliable.length);
        stories.unreliable += unreliable.length;
      }
      stories.reliable += ofReliable?.length ?? 0;
      expect(simulation.outputsOf(number, "up"), `seed ${seed}: one exchange`).toHaveLength(1);
      expect(simulation.outputsOf(number, "down")).toEqual([]);
    }
  }
  expect(stories.reliable).toBe(200 * 2 * (CONTENTS + 1));
  // Packets that overtake the first of their channel are lost with it, so that it is far less.
  expect(stories.unreliable).toBeGreaterThan(200);
});
