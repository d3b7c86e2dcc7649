import { type Clock, systemClock } from "@countersign/client";
import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "@scure/base";
import { beforeEach, describe, expect, it } from "vitest";
import { carryAll, confirmBoth, End, meetByHand } from "./carrying.ts";
import { TestDaemon } from "./daemons.ts";
import { leftOver } from "./left-over.ts";

let alice: TestDaemon;
let bob: TestDaemon;

beforeEach(() => {
  alice = start();
  bob = start();
});

function start(relay?: string, clock: Clock = systemClock): TestDaemon {
  const daemon = new TestDaemon(relay, { clock });
  leftOver.push(() => daemon.stop());
  return daemon;
}

/** Packets whose sender says another eid, and whose checksum is right. */
function forge(packets: string): string {
  const bytes = hex.decode(packets).subarray(0, -8);
  bytes.fill(7, 43, 75);
  return hex.encode(Uint8Array.of(...bytes, ...sha256(bytes).subarray(0, 8)));
}

describe("what is carried", () => {
  it("may be lost, come again, and come in another order", async () => {
    const ends = await meetByHand([alice, bob]);
    const seen: string[] = [];
    let [here, there] = [ends[1], ends[0]];
    let carried = await there.give();
    for (let way = 0; carried !== ""; way++, [here, there] = [there, here]) {
      seen.push(carried);
      if (way > 40) throw new Error("it does not come to an end");
      const answer = await here.give(carried);
      // The same again: the same answer. Then all that came before, the latest first.
      expect(await here.give(carried)).toBe(answer);
      const mine = seen.filter((_, n) => n % 2 === way % 2).reverse();
      for (const old of mine) await here.give(old);
      // The answer is lost, and asked for again.
      carried = await here.give();
      if (answer !== "" && carried === "") carried = answer;
    }
    expect(ends[0].last).toMatchObject({ handshake_complete: true, sas: ends[1].last["sas"] });
    await confirmBoth(ends);
    await alice.call("send", ends[0].id, { n: 1 });
    const first = await ends[0].give();
    await alice.call("send", ends[0].id, { n: 2 });
    const both = await ends[0].give();
    await ends[1].give(both);
    await ends[1].give(first);
    await ends[1].give(both);
    expect(await bob.call("resume", ends[1].id)).toMatchObject({
      missed_messages: [{ payload: { n: 1 } }, { payload: { n: 2 } }],
      current_seq: 2,
    });
  });

  it("is refused as a whole where something is wrong with it, and nothing is lost", async () => {
    const ends = await meetByHand([alice, bob]);
    const [a, b] = ends;
    const [others] = await meetByHand([alice, bob]);
    const good = await a.give();
    const wrong: readonly [string, number][] = [
      ["xyz", -22],
      ["4353480", -22],
      ["00", -22],
      [good.slice(0, -2), -22],
      [good.slice(2), -22],
      [good.replace(/^43534801/, "43534802"), -22],
      [`${good.slice(0, 150)}${good[150] === "0" ? "1" : "0"}${good.slice(151)}`, -22],
      [`${good}00`, -22],
      ["0".repeat(5_000_000), -22],
      [await others.give(), -8],
      [await b.give(), -8],
    ];
    for (const [packets, code] of wrong) {
      expect(await b.error(packets)).toMatchObject({
        code,
        message: expect.stringMatching(/^packets: .*none were taken$/),
      });
    }
    const wrapped = good.toUpperCase().replaceAll(/.{64}/g, "$&\r\n");
    await carryAll(ends, wrapped);
    expect(a.last).toMatchObject({ handshake_complete: true, sas: b.last["sas"] });
    // Halfway through, and from somebody who has the code, too.
    const carol = start();
    const stranger = new End(carol, (await carol.call("join", a.link))["session_id"]);
    expect(await a.error(await stranger.give())).toMatchObject({ code: -8 });
    await confirmBoth(ends);
    expect(a.last).toMatchObject({ peer_verified: true });
  });
});

describe("a wrong code", () => {
  it("ends the session on both sides, after one guess, and says so", async () => {
    const ends = await meetByHand([alice, bob], "wrong code");
    const failed = (detail: RegExp) => ({ code: -1, message: expect.stringMatching(detail) });
    await expect(carryAll(ends)).rejects.toMatchObject(failed(/^COSIGN_HANDSHAKE_FAILED: .*peer\.code-unproven/));
    const [a, b] = ends;
    expect(await alice.call("status", a.id)).toMatchObject({
      state: "failed",
      reason: expect.stringMatching(/another code \(peer\.wrong-code\)/),
    });
    expect([a.last["sas"], b.last["sas"]]).toEqual([null, null]);
    expect(await alice.error("handshake", a.id)).toMatchObject(failed(/^COSIGN_HANDSHAKE_FAILED: .*peer\.wrong-code/));
  });
});

describe("somebody in between who has the code", () => {
  it("is found by the words", async () => {
    const made = await alice.named("init", { label: "alice" });
    const [toAlice, toBob] = [start(), start()];
    // Towards Bob, the one in between makes a session of the same ids and code.
    const towards = await toAlice.named("join", { invite_link: made["invite_link"], label: "bob" });
    const a = new End(alice, made["session_id"]);
    const m1 = new End(toAlice, towards["session_id"]);
    await carryAll([a, m1]);
    const fake = await toBob.named("init", { label: "alice" });
    const joined = await bob.named("join", { invite_link: fake["invite_link"], label: "bob" });
    const [m2, b] = [new End(toBob, fake["session_id"]), new End(bob, joined["session_id"])];
    await carryAll([m2, b]);
    expect(a.last["sas"]).not.toBe(b.last["sas"]);
    expect(await bob.error("confirm_sas", b.id, a.last["sas"])).toMatchObject({ code: -25 });
    await bob.call("confirm_sas", b.id, false);
    expect(await bob.error("send", b.id, {})).toMatchObject({ code: -1 });
  });

  it("cannot swap packets without the code: the handshake fails", async () => {
    const [a, b] = await meetByHand([alice, bob]);
    // What Alice says of herself is changed on the way: another endpoint, with a checksum that is right.
    let carried = await a.give();
    const carry = async () => {
      for (let way = 0; carried !== ""; way++)
        carried = await (way % 2 === 0 ? b.give(forge(carried)) : a.give(carried));
    };
    await expect(carry()).rejects.toMatchObject({ message: expect.stringMatching(/^COSIGN_HANDSHAKE_FAILED: /) });
    const states = await Promise.all([alice.call("status", a.id), bob.call("status", b.id)]);
    expect(states.map(({ state }) => state)).not.toContain("confirming");
    expect([a.last["sas"], b.last["sas"]]).toEqual([null, null]);
  });
});
