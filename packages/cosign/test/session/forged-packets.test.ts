import { concat, readU16, readU32, u8, u16, u32 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "@scure/base";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

/** What is in front of the packets, as far as nobody vouches for it (spec 0007, section 10.2). */
interface Numbers {
  readonly life: Uint8Array;
  readonly asks: number;
  readonly seenLife: Uint8Array;
  readonly seenCount: number;
  readonly first: number;
  readonly packets: number;
}

const headOf = (bytes: Uint8Array) => 77 + readU16(bytes, 75);

function read(packets: string): Numbers {
  const bytes = hex.decode(packets);
  const head = headOf(bytes);
  return {
    life: bytes.slice(head, head + 8),
    asks: bytes[head + 8] ?? 0,
    seenLife: bytes.slice(head + 9, head + 17),
    seenCount: readU32(bytes, head + 17),
    first: readU32(bytes, head + 21),
    packets: readU16(bytes, head + 25),
  };
}

/** What somebody makes of a string who carries it: other numbers, and other packets. */
function forge(carried: string, change: Partial<Numbers>, packets: readonly Uint8Array[] = []): string {
  const { life, asks, seenLife, seenCount, first } = { ...read(carried), ...change };
  const bytes = hex.decode(carried);
  const body = concat(
    bytes.subarray(0, headOf(bytes)),
    life,
    u8(asks),
    seenLife,
    u32(seenCount),
    u32(first),
    u16(packets.length),
    ...packets.flatMap((packet) => [u32(packet.length), packet]),
  );
  return hex.encode(concat(body, sha256(body).subarray(0, 8)));
}

/** A string for alice by which bob has so many of her packets. */
async function receipt(count: number): Promise<string> {
  const { life, first, packets } = read(await a.give());
  const seenCount = count === 0 ? first + packets - 1 : count;
  return forge(await b.give(forge(await a.give(), { asks: 1 })), { seenLife: life, seenCount });
}

describe("one string that was forged, among others that are carried faithfully,", () => {
  it("keeps no message back by a number that is far away", async () => {
    await carryAll([a, b]);
    await confirmBoth([a, b]);
    await alice.call("send", a.id, { n: 1 });
    await b.give(forge(await a.give(), { first: 4_000_000_000 }, [new Uint8Array(40)]));
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
    await b.give(forge(await a.give(), { first: first + 1 }, [new Uint8Array(40)]));
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
    const last = forge(await a.give(), { first: 0xff_ff_ff_ff }, [new Uint8Array(40)]);
    expect(await b.error(last)).toMatchObject({ code: -22 });
  });
});
