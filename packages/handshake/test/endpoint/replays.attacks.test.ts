import { SeededRandom } from "@countersign/testkit";
import { encodeHex } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { ForeignPeer } from "./foreign-peer.ts";
import { first, network } from "./station.ts";
import { met, Target } from "./target.ts";

describe("what was recorded and comes again", () => {
  test("an old handshake is not offered after a restart with the persisted at, nor is any bit of it changed", () => {
    const target = new Target();
    const peer = new ForeignPeer(target.key);
    const at = 1_700_000_000 + (peer.odd ? 1 : 0);
    const recorded = peer.handshake(`{"at":${at}}`);
    target.packet(recorded);
    const [persisted] = target.of("persist");
    const { hashname, at: highest } = first(persisted === undefined ? [] : [persisted.entry]);
    expect(highest).toBe(BigInt(at));
    const restarted = new Target(new Map([[hashname, highest]]));
    expect(restarted.codes(restarted.packet(recorded))).toEqual(["exchange.old"]);
    expect(restarted.of("send")).toEqual([]);
    for (let bit = 0; bit < 8 * recorded.length; bit += 5) {
      restarted.ms += 1_000;
      const index = bit >> 3;
      restarted.packet(recorded.with(index, (recorded[index] ?? 0) ^ (1 << (bit & 7))));
    }
    expect(restarted.of("offer")).toEqual([]);
    expect(restarted.of("send")).toEqual([]);
  });

  test("everything that was sent, from anywhere and to anybody, brings nothing twice", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const net = network(seed, 3);
      const { simulation, hashnames } = net;
      net.link(1, 2);
      net.link(2, 3);
      net.up();
      for (const reliable of [true, false]) {
        for (let n = 0; n < 3; n++) {
          const content = { json: { n }, end: n === 0 };
          simulation.input(1, { type: "open", hashname: hashnames[1] ?? "", channelType: "x", reliable, content });
        }
      }
      simulation.run({ limitMs: 5_000 });
      const events = (number: number) =>
        simulation
          .outputs(number)
          .filter(({ type }) => ["offer", "up", "down", "channel-opened", "deliver"].includes(type));
      const before = [1, 2, 3].map(events);
      const random = new SeededRandom(seed);
      const recorded = [...simulation.sent];
      for (let n = 0; n < 300; n++) {
        const { bytes } = random.pick(recorded);
        simulation.deliver({ bytes, from: 1 + random.integer(3), to: 1 + random.integer(3) });
        simulation.clock.advance(random.integer(300));
      }
      expect([1, 2, 3].map(events), `seed ${seed}`).toEqual(before);
    }
  });

  test("packets of an exchange that was replaced open nothing", () => {
    const target = new Target();
    const peer = met(target);
    const old = peer.channel(`{"c":${peer.odd ? 1 : 2},"type":"x"}`, "old");
    target.packet(old);
    peer.restart();
    for (const output of target.packet(peer.handshake(`{"at":${1_700_000_100 + (peer.odd ? 1 : 0)}}`))) {
      if (output.type === "send") peer.hear(output.bytes);
    }
    expect(target.codes(target.packet(old))).toEqual(["endpoint.token"]);
    target.packet(peer.channel(`{"c":${peer.odd ? 1 : 2},"type":"x"}`, "new"));
    expect(target.of("deliver").map(({ body }) => new TextDecoder().decode(body))).toEqual(["old", "new"]);
  });

  test("a handshake that was answered, repeated from where somebody else is, brings him few answers; its own maker gets them", () => {
    const target = new Target();
    target.step({ type: "provide", messages: [{ type: "jwt", head: {}, body: new Uint8Array(1_000) }] });
    const peer = new ForeignPeer(target.key);
    const asked = peer.handshake(`{"at":${1_700_000_000 + (peer.odd ? 1 : 0)}}`);
    target.packet(asked);
    const answers = () => target.of("send").length / 2;
    for (let n = 0; n < 1_000; n++) target.packet(asked, "victim");
    expect(answers()).toBe(9);
    for (const seconds of [1, 3, 7, 15]) {
      target.ms = 1_000 * seconds;
      target.packet(asked);
    }
    expect(answers()).toBe(13);
  });

  test("handshakes of the past make us call the peer once a minute at most, and where it was last", () => {
    const target = new Target();
    const peer = met(target);
    const before = target.of("send").length;
    for (let n = 0; n < 20; n++) {
      peer.restart();
      const old = peer.handshake(`{"at":${1_600_000_000 + 2 * n + (peer.odd ? 1 : 0)}}`);
      target.step({ type: "packet", bytes: old, path: "elsewhere" });
      target.ms += 1_000;
    }
    const sent = target.of("send").slice(before);
    // One call, and its resends after 1, 3, 7 and 15 seconds.
    expect(sent).toHaveLength(5);
    expect(new Set(sent.map(({ bytes }) => encodeHex(bytes))).size).toBe(1);
    expect(new Set(sent.map(({ path }) => path))).toEqual(new Set(["there"]));
  });

  test("handshakes of the past under many keys cost a bounded number of scalar multiplications", () => {
    const target = new Target();
    const peer = new ForeignPeer(target.key);
    const recorded = Array.from({ length: 100 }, (_, n) => {
      peer.restart();
      return peer.handshake(`{"at":${1_600_000_000 + 2 * n + (peer.odd ? 1 : 0)}}`);
    });
    target.packet(peer.handshake(`{"at":${1_700_000_000 + (peer.odd ? 1 : 0)}}`));
    target.multiplications = 0;
    for (const bytes of recorded) target.packet(bytes);
    expect(target.multiplications).toBeLessThanOrEqual(8);
    expect(target.of("up")).toHaveLength(1);
  });

  test("one's own packets, sent back, are known for what they are", () => {
    const target = new Target();
    const peer = met(target);
    target.step({ type: "keep-alive" });
    target.multiplications = 0;
    const sent = target.of("send").map(({ bytes }) => bytes);
    expect(sent.length).toBeGreaterThan(1);
    for (const bytes of sent) expect(target.codes(target.packet(bytes))).toEqual(["cs3a.reflected"]);
    expect(target.multiplications).toBe(0);
    expect(peer.key).toHaveLength(32);
  });
});
