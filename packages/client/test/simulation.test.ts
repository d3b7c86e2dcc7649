import { SeededRandom } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import type { Fate } from "./support/memory-relay.ts";
import { confirmAll } from "./support/party.ts";
import { invitation } from "./support/seat.ts";
import { twoParties, type World } from "./support/two-parties.ts";

// Two clients with the real machines at the real relay's state machine, on a virtual clock: one seed, one run.

/** A whole meeting: pair, compare, three messages of this size there and a short one back, good-bye. */
async function meet(world: World, size: number): Promise<void> {
  const { alice, bob, clock } = world;
  const there = [0, 1, 2].map((i) => new SeededRandom(i).bytes(size));
  const back = new SeededRandom(9).bytes(1_000);
  await clock.until(confirmAll(alice, bob));
  for (const bytes of there) alice.session.send({ bytes });
  bob.session.send({ bytes: back });
  await clock.until(Promise.all([alice.session.delivered(), bob.session.delivered()]));
  await clock.until(alice.session.close());
  await clock.until(Promise.all([alice.over, bob.over]));
  expect(bob.all("message").map(({ bytes }) => bytes)).toEqual(there);
  expect(alice.all("message").map(({ bytes }) => bytes)).toEqual([back]);
  expect(alice.all("failed")).toEqual([]);
  expect(bob.all("failed")).toEqual([]);
  expect(bob.all("closed")).toMatchObject([{ number: alice.session.number, reason: 0 }]);
  expect([alice.events.at(-1), bob.events.at(-1)]).toEqual([
    { type: "ended", how: "closed" },
    { type: "ended", how: "closed" },
  ]);
}

describe("two clients at a relay", () => {
  test("meet, and say nothing that they need not say", async () => {
    const world = await twoParties(1);
    await meet(world, 70_000);
    expect(world.alice.all("drop")).toEqual([]);
    expect(world.bob.all("drop")).toEqual([]);
    expect(world.relay.texts).toBeLessThan(90);
  });

  test("or three of them", async () => {
    const three = { meeting: { invitation: { ...invitation, parameters: { ...invitation.parameters, parties: 3 } } } };
    const world = await twoParties(3, undefined, [three, three, three]);
    const { alice, bob, clock } = world;
    const [carol] = world.others;
    if (carol === undefined) throw new Error("nobody came third");
    await clock.until(confirmAll(alice, bob, carol));
    alice.session.send({ bytes: Uint8Array.of(1), round: 1 });
    alice.session.send({ bytes: Uint8Array.of(2), round: 1, to: carol.session.number });
    await clock.until(alice.session.delivered());
    expect(bob.all("message").map(({ bytes }) => bytes[0])).toEqual([1]);
    expect(carol.all("message").map(({ bytes }) => bytes[0])).toEqual([1, 2]);
    await clock.until(alice.session.close());
    await clock.until(bob.session.close());
    // The third one has nobody left to talk to.
    await clock.until(carol.over);
    expect(carol.all("closed").map(({ number }) => number)).toEqual([alice.session.number, bob.session.number]);
  });

  describe.each(["cut-before", "cut-after"] as const)("with the connection cut once: %s", (how) => {
    test("at every text that passes", async () => {
      const whole = await twoParties(2);
      await meet(whole, 20_000);
      const failures: string[] = [];
      for (let at = 1; at <= whole.relay.texts; at++) {
        const world = await twoParties(2, (text) => (text === at ? how : "pass"));
        await meet(world, 20_000).catch((error) => failures.push(`text ${at}: ${error.message}`));
      }
      expect(failures).toEqual([]);
      expect(whole.relay.texts).toBeGreaterThan(40);
    });
  });

  test("with many cuts and restarts of the relay", async () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const weather = new SeededRandom(1_000 + seed);
      // Not more than the time limits of the handshake bear, with back-off between any two.
      let cuts = 12;
      const fate = (): Fate => {
        if (cuts === 0 || !weather.chance(0.15)) return "pass";
        cuts--;
        return weather.pick(["cut-before", "cut-after"]);
      };
      const world = await twoParties(seed, fate);
      for (let restart = 0; restart < 3; restart++) {
        world.clock.wakeAt(world.clock.now().ms + weather.integer(3_000), () => world.relay.restart());
      }
      await meet(world, 70_000).catch((error) => failures.push(`seed ${seed}: ${error.message}`));
    }
    expect(failures).toEqual([]);
  });
});
