import { hex } from "@scure/base";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bundle, decodeBundle, encodeBundle } from "../../../client/src/by-hand/bundle.ts";
import { carryAll, confirmBoth, type End, meetByHand } from "./carrying.ts";
import { TestDaemon } from "./daemons.ts";

let alice: TestDaemon;
let bob: TestDaemon;
let a: End;
let b: End;

beforeEach(async () => {
  [alice, bob] = [new TestDaemon(undefined), new TestDaemon(undefined)];
  [a, b] = await meetByHand([alice, bob]);
});

afterEach(async () => {
  await Promise.all([alice, bob].map((daemon) => daemon.stop()));
});

function read(packets: string): Bundle {
  const bundle = decodeBundle(hex.decode(packets));
  if (!bundle.ok) throw new Error(bundle.detail);
  return bundle.value;
}

/** What somebody makes of packets who carries them. */
const forge = (packets: string, change: Partial<Bundle>) => hex.encode(encodeBundle({ ...read(packets), ...change }));

/** A string for alice by which bob has so many of her packets. */
async function receipt(count: number): Promise<string> {
  const { life, first, packets } = read(await a.give());
  const believed = count === 0 ? first + packets.length - 1 : count;
  return forge(await b.give(forge(await a.give(), { asks: true, packets: [] })), {
    seen: { life, count: believed },
    packets: [],
  });
}

describe("one string that was forged, among others that are carried faithfully,", () => {
  it("keeps no message back by a number that is far away", async () => {
    await carryAll([a, b]);
    await confirmBoth([a, b]);
    await alice.call("send", a.id, { n: 1 });
    await b.give(forge(await a.give(), { first: 4_000_000_000, packets: [new Uint8Array(40)] }));
    await alice.call("send", a.id, { n: 2 });
    await carryAll([a, b]);
    for (const n of [1, 2]) expect(await bob.call("recv", b.id, 0)).toMatchObject({ payload: { n } });
    expect(await a.give()).toBe("");
  });

  it("keeps none back by a number that is reached later", async () => {
    await carryAll([a, b]);
    await confirmBoth([a, b]);
    await alice.call("send", a.id, { n: 1 });
    const { first } = read(await a.give());
    await b.give(forge(await a.give(), { first: first + 1, packets: [new Uint8Array(40)] }));
    await alice.call("send", a.id, { n: 2 });
    await carryAll([a, b]);
    for (const n of [1, 2]) expect(await bob.call("recv", b.id, 0)).toMatchObject({ payload: { n } });
    expect(await a.give()).toBe("");
  });

  it.each([
    ["never were", 1_000_000],
    ["wait", 0],
  ])("takes no message away by a receipt for packets that %s", async (_, count) => {
    await carryAll([a, b]);
    await confirmBoth([a, b]);
    await alice.call("send", a.id, { n: 1 });
    await a.give(await receipt(count));
    await carryAll([a, b]);
    expect(await bob.call("recv", b.id, 0)).toMatchObject({ payload: { n: 1 } });
    expect(await a.give()).toBe("");
  });

  it("takes no word on the SAS away", async () => {
    await carryAll([a, b]);
    for (const { daemon, id, last } of [a, b]) await daemon.call("confirm_sas", id, last["sas"]);
    await a.give(await receipt(0));
    await carryAll([a, b]);
    await carryAll([b, a]);
    for (const end of [a, b]) expect(end.last).toMatchObject({ peer_verified: true });
    expect(await a.give()).toBe("");
  });

  it("is refused with a number beyond all others", async () => {
    const last = forge(await a.give(), { first: 0xff_ff_ff_ff, packets: [new Uint8Array(40)] });
    expect(await b.error(last)).toMatchObject({ code: -22 });
  });
});
