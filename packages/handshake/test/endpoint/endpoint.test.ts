import { utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { network } from "./station.ts";

describe("two endpoints", () => {
  test("link, open a channel and end it", () => {
    const { simulation, stations, link } = network(1);
    const [alice, bob] = stations;
    link(1, 2);
    simulation.run({ until: () => simulation.outputsOf(1, "up").length === 1, limitMs: 100 });
    expect(simulation.outputsOf(1, "up")).toHaveLength(1);
    expect(simulation.outputsOf(2, "up")).toHaveLength(1);
    const hashname = bob?.endpoint.hashname ?? "";
    simulation.input(1, {
      type: "open",
      hashname,
      channelType: "chat",
      reliable: true,
      content: { json: { hello: 1 }, body: utf8("hello") },
    });
    simulation.run({ limitMs: 1_000 });
    expect(simulation.outputsOf(2, "deliver")).toMatchObject([
      { hashname: alice?.endpoint.hashname, body: utf8("hello") },
    ]);
  });
});
