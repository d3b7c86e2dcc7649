import { generateIdentity, type SessionEvent } from "@countersign/client";
import { contactGroup } from "@countersign/handshake";
import { SeededRandom } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { confirmAll, type Party } from "./support/party.ts";
import { invitation } from "./support/seat.ts";
import { twoParties, type World } from "./support/two-parties.ts";

/** The last events of both sides, whichever of them it was that found the fault. */
async function ends({ alice, bob, clock }: World): Promise<Record<string, SessionEvent | undefined>> {
  await clock.until(Promise.all([alice.over, bob.over]));
  const last = [alice, bob].map(({ events }) => events.at(-1));
  return {
    failed: last.find((event) => event?.type === "failed"),
    ended: last.find((event) => event?.type === "ended"),
  };
}

/** Pairs two with these keys and gives what they have pinned of each other. */
async function pinned(identities: readonly [ReturnType<typeof generateIdentity>, ReturnType<typeof generateIdentity>]) {
  const world = await twoParties(7, undefined, [{ identity: identities[0] }, { identity: identities[1] }]);
  await world.clock.until(confirmAll(world.alice, world.bob));
  await world.clock.until(Promise.all([world.alice.session.close(), world.bob.session.close()]));
  const pinOf = (party: Party) => {
    const [pin] = party.all("ready")[0]?.pins ?? [];
    if (pin === undefined) throw new Error("no pin");
    return pin;
  };
  return { ofBob: pinOf(world.alice), ofAlice: pinOf(world.bob) };
}

function identities(seed: number) {
  const random = new SeededRandom(seed);
  return [generateIdentity(random.bytes), generateIdentity(random.bytes)] as const;
}

describe("a session ends on both sides at once, and both know why,", () => {
  test("when one has typed another code", async () => {
    const other = { invitation: { ...invitation, secret: "revenge-guitarist-acme-aftermath" } };
    const world = await twoParties(3, undefined, [{}, { meeting: other }]);
    const begun = world.clock.now().ms;
    expect(await ends(world)).toMatchObject({
      failed: { code: "peer.wrong-code" },
      ended: { how: "aborted", reason: "code-mismatch" },
    });
    expect(world.clock.now().ms - begun).toBeLessThan(2_000);
  });

  test("when a user says that the words differ", async () => {
    const world = await twoParties(4);
    await world.clock.until(Promise.all([world.alice.first("sas"), world.bob.first("sas")]));
    world.alice.session.confirm(false);
    await world.clock.until(Promise.all([world.alice.over, world.bob.over]));
    expect(world.alice.events.at(-1)).toMatchObject({ type: "failed", code: "peer.sas-mismatch" });
    expect(world.bob.events.at(-1)).toMatchObject({ type: "failed", code: "peer.sas-mismatch" });
    expect(world.bob.all("ready")).toEqual([]);
  });

  test("when the pinned keys are not there any more", async () => {
    const [alice, bob] = identities(5);
    const { ofAlice, ofBob } = await pinned([alice, bob]);
    const group = contactGroup(ofBob.linkPsk);
    const world = await twoParties(8, undefined, [
      { identity: alice, meeting: { contact: { group, pin: ofBob } } },
      { identity: identities(6)[1], meeting: { contact: { group, pin: ofAlice } } },
    ]);
    const { failed, ended } = await ends(world);
    expect(failed).toMatchObject({ type: "failed", code: expect.stringMatching(/^peer\.(pin-unproven|timeout)$/) });
    expect(ended).toMatchObject({ how: "aborted", reason: expect.stringMatching(/^(identity-changed|timeout)$/) });
  });

  test("when one aborts it", async () => {
    const world = await twoParties(9);
    await world.clock.until(confirmAll(world.alice, world.bob));
    await world.clock.until(world.alice.session.abort("cancelled"));
    await world.clock.until(world.bob.over);
    const by = world.alice.session.number;
    expect(world.alice.events.at(-1)).toEqual({ type: "ended", how: "aborted", by, reason: "cancelled" });
    expect(world.bob.all("closed")).toMatchObject([{ number: by }]);
  });
});

test("contacts meet again without a code or a question", async () => {
  const [alice, bob] = identities(5);
  const { ofAlice, ofBob } = await pinned([alice, bob]);
  const group = contactGroup(ofBob.linkPsk);
  expect(group).toEqual(contactGroup(ofAlice.linkPsk));
  const world = await twoParties(8, undefined, [
    { identity: alice, meeting: { contact: { group, pin: ofBob } } },
    { identity: bob, meeting: { contact: { group, pin: ofAlice } } },
  ]);
  await world.clock.until(Promise.all([world.alice.first("ready"), world.bob.first("ready")]));
  expect(world.alice.all("sas")).toMatchObject([{ verified: true }]);
  world.alice.session.send({ bytes: Uint8Array.of(1, 2, 3) });
  await world.clock.until(world.alice.session.delivered());
  expect(world.bob.all("message")).toMatchObject([{ bytes: Uint8Array.of(1, 2, 3) }]);
});
