import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lob } from "./foreign-peer.ts";
import { first } from "./station.ts";
import { met, Target } from "./target.ts";

describe("who is known", () => {
  test("is not paid for by junk under his key", () => {
    const target = new Target();
    const peer = met(target);
    const genuine = peer.handshake(`{"at":${1_700_000_002 + (peer.odd ? 1 : 0)}}`);
    target.multiplications = 0;
    for (let n = 0; n < 500; n++) {
      const junk = genuine.with(40 + (n % 100), (genuine[40 + (n % 100)] ?? 0) ^ 1);
      expect(target.codes(target.packet(junk, `path ${n}`))).toEqual(["cs3a.forged"]);
    }
    expect(target.multiplications).toBe(0);
    target.packet(genuine);
    expect(target.of("alive")).toHaveLength(1);
  });

  test("cannot take another's place by his public keys", () => {
    const target = new Target();
    const [alice, eve] = [met(target, "alice"), met(target, "eve")];
    // Eve is authentic, and puts alice's KEY, which everybody can see, in front of what she says.
    const ofAlice = alice.handshake(`{"at":${1_700_000_010 + (alice.odd ? 1 : 0)}}`);
    const ofEve = eve.handshake(`{"at":${1_700_000_010 + (eve.odd ? 1 : 0)}}`);
    const mixed = new Uint8Array([...ofEve.subarray(0, 3), ...ofAlice.subarray(3, 35), ...ofEve.subarray(35)]);
    target.packet(mixed, "eve");
    expect(target.of("alive")).toEqual([]);
    target.packet(ofAlice, "a new path of alice");
    expect(target.of("alive")).toHaveLength(1);
  });

  test("cannot move the others: what is sent goes where the last fresh packet of a peer was from", () => {
    const target = new Target();
    const peer = met(target, "home");
    const recorded = peer.channel(`{"c":${peer.odd ? 1 : 2},"type":"x"}`, "hello");
    target.packet(recorded, "home");
    target.packet(recorded, "attacker");
    const { hashname } = first(target.of("up"));
    const sent = target.step({ type: "open", hashname, channelType: "y", reliable: false });
    expect(sent.flatMap((output) => (output.type === "send" ? [output.path] : []))).toEqual(["home"]);
    target.packet(peer.channel(`{"c":${peer.odd ? 1 : 2}}`, "moved"), "away");
    const moved = target.step({ type: "open", hashname, channelType: "y", reliable: false });
    expect(moved.flatMap((output) => (output.type === "send" ? [output.path] : []))).toEqual(["away"]);
  });

  test("may say on channels what he likes: nothing throws, in 1,000 conversations", () => {
    const value = fc.oneof(fc.jsonValue(), fc.integer({ min: -1, max: 5 }), fc.constant(4294967295));
    const json = fc.dictionary(fc.constantFrom("c", "type", "seq", "ack", "miss", "end", "err", "x"), value);
    const packets = fc.array(fc.tuple(json, fc.integer({ min: 1, max: 4 }), fc.boolean()), { maxLength: 12 });
    const target = new Target();
    const peer = met(target);
    fc.assert(
      fc.property(packets, (list) => {
        for (const [head, c, valid] of list) {
          target.ms += 997;
          const whole = valid ? { ...head, c, ...(typeof head["type"] === "string" ? {} : { type: "x" }) } : head;
          target.packet(peer.channel(JSON.stringify(whole)));
          target.step({ type: "time" });
        }
        target.said.length = 0;
      }),
      { numRuns: 1_000 },
    );
    expect(target.step({ type: "end" }).some(({ type }) => type === "down")).toBe(true);
  });
});

test("10,000 packets of any bytes never throw, and bring nothing but drops", () => {
  const target = new Target();
  met(target);
  target.said.length = 0;
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(
      fc.oneof(
        bytes,
        bytes.map((body) => lob("", body)),
        bytes.map((body) => lob(Uint8Array.of(0x3a), body)),
      ),
      (any) => {
        expect(target.packet(any).every(({ type }) => type === "drop")).toBe(true);
      },
    ),
    { numRuns: 10_000 },
  );
});
