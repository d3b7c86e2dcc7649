import {
  type FullIdentity,
  generateIdentity,
  type KeyMeeting,
  MemoryJournal,
  openSession,
  RelayConnection,
  type Session,
} from "@countersign/client";
import { SeededRandom } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { AlarmClock } from "./support/alarm-clock.ts";
import { identityOf, keyGroup, labelOf, pinsOf } from "./support/key-holders.ts";
import { MemoryRelay } from "./support/memory-relay.ts";
import { Party } from "./support/party.ts";

// Some of those who have a key use it.

class Place {
  readonly clock = new AlarmClock();
  private readonly random = new SeededRandom(7);
  private readonly relay = new MemoryRelay({ clock: this.clock, random: this.random, fate: () => "pass" });

  open(number: number, changes: Partial<KeyMeeting> & { readonly identity?: FullIdentity } = {}): Promise<Session> {
    const { clock, random } = this;
    const surroundings = { clock, randomBytes: random.bytes };
    const { identity = identityOf(number), ...more } = changes;
    const place = { group: keyGroup, number, pins: pinsOf(number) };
    const key = { ...place, kind: "sign", parties: 3, threshold: 3, ...more } as const;
    const opening = openSession({
      ...surroundings,
      key,
      relay: new RelayConnection({ url: "ws://relay.example", transport: this.relay, ...surroundings }),
      self: { label: labelOf(number), identity },
      journal: new MemoryJournal(),
    });
    return this.clock.until(opening);
  }

  async meet(numbers: readonly number[], changes: Partial<KeyMeeting> = {}): Promise<Party[]> {
    const parties: Party[] = [];
    for (const number of numbers) parties.push(new Party(await this.open(number, changes)));
    return parties;
  }
}

describe("those who use a key", () => {
  test("meet under its numbers without a code or a question, and have one transcript", async () => {
    const place = new Place();
    const parties = await place.meet([4, 1, 3]);
    const ready = await place.clock.until(Promise.all(parties.map((party) => party.first("ready"))));
    expect(parties.map(({ session }) => session.number)).toEqual([4, 1, 3]);
    expect(parties.map((party) => party.all("sas")[0]?.verified)).toEqual([true, true, true]);
    expect(ready.map(({ pins }) => pins.map(({ number }) => number).sort())).toEqual([
      [1, 3],
      [3, 4],
      [1, 4],
    ]);
    expect(new Set(ready.map(({ transcript }) => String(transcript))).size).toBe(1);
    const [dave, alice, carol] = parties;
    dave?.session.send({ to: 3, bytes: Uint8Array.of(7) });
    await place.clock.until(dave?.session.delivered() ?? Promise.reject(new Error("nobody")));
    expect(carol?.all("message").map(({ from, bytes }) => [from, ...bytes])).toEqual([[4, 7]]);
    expect(alice?.all("message")).toEqual([]);
  });

  test("in a session that one of them has begun, whatever older ones have room", async () => {
    const place = new Place();
    // Given up by who waited there.
    await place.open(2);
    const session = new SeededRandom(3).bytes(16);
    const parties = await place.meet([1, 3, 4], { session });
    await place.clock.until(Promise.all(parties.map((party) => party.first("ready"))));
    expect(parties.map((party) => party.session.parameters.session)).toEqual([session, session, session]);
  });

  test("are told when their number is taken, or when enough have come", async () => {
    const place = new Place();
    const session = new SeededRandom(3).bytes(16);
    await place.meet([1, 2], { session });
    await expect(place.open(2, { session })).rejects.toMatchObject({ code: "relay.number-taken" });
    await place.open(3, { session });
    await expect(place.open(4, { session })).rejects.toMatchObject({ code: "relay.session-full" });
  });

  test("do not come up with somebody else under the number of one of them, and name it", async () => {
    const place = new Place();
    const two = { parties: 2, threshold: 2 };
    const [bob] = await place.meet([2], two);
    await place.open(1, { ...two, identity: generateIdentity(new SeededRandom(9).bytes) });
    const failed = place.clock.until(bob?.first("failed") ?? Promise.reject(new Error("nobody")));
    expect(await failed).toMatchObject({ code: "peer.pin-unproven", culprits: [1] });
  });

  test.each([
    ["a group of another length", { group: new Uint8Array(15) }, "usage.length"],
    ["a session of another length", { session: new Uint8Array(15) }, "usage.length"],
    ["more parties than have it", { parties: 5 }, "usage.parties"],
    ["fewer parties than it needs", { parties: 2 }, "usage.parties"],
    ["one's own pin", { pins: pinsOf(2) }, "usage.pins"],
  ])("are refused with %s", async (_, changes, code) => {
    await expect(new Place().open(1, changes)).rejects.toMatchObject({ code });
  });
});
