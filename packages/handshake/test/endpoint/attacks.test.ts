import { createEndpoint, type EndpointInput, type EndpointOutput } from "@countersign/handshake/e3x";
import type { DhFunctions } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { utf8 } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ForeignPeer, lob } from "./foreign-peer.ts";
import { backend, first, keyPair, network } from "./station.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** An endpoint under attack: counts what it has to compute, and says yes where it is told to. */
class Target {
  readonly key = keyPair(7)["3a"].publicKey;
  readonly endpoint: ReturnType<typeof createEndpoint<string>>;
  readonly said: EndpointOutput<string>[] = [];
  multiplications = 0;
  accepts = true;
  ms = 0;

  constructor(highest: ReadonlyMap<string, bigint> = new Map()) {
    const dh: DhFunctions = {
      ...backend.dh,
      dh: (pair, key) => {
        this.multiplications++;
        return backend.dh.dh(pair, key);
      },
    };
    this.endpoint = createEndpoint({ keys: keyPair(7), dh, randomBytes, highest });
  }

  step(input: EndpointInput<string>): readonly EndpointOutput<string>[] {
    const outputs = [...this.endpoint.step(input, { ms: this.ms, unixSeconds: 1_760_000_000 })];
    for (const output of [...outputs]) {
      if (output.type === "persist") outputs.push(...this.step({ type: "persisted", id: output.id }));
      if (output.type === "offer" && this.accepts) outputs.push(...this.step({ type: "accept", id: output.id }));
    }
    this.said.push(...outputs.filter((output) => !this.said.includes(output)));
    return outputs;
  }

  packet(bytes: Uint8Array, path = "there"): readonly EndpointOutput<string>[] {
    return this.step({ type: "packet", bytes, path });
  }

  codes(outputs: readonly EndpointOutput<string>[]): readonly string[] {
    return outputs.flatMap((output) => (output.type === "drop" ? [output.code] : []));
  }

  of<Type extends EndpointOutput<string>["type"]>(type: Type) {
    return this.said.filter(
      (output): output is Extract<EndpointOutput<string>, { type: Type }> => output.type === type,
    );
  }
}

/** A peer that is up with the target. */
function met(target: Target, path = "there", at = 1_700_000_000): ForeignPeer {
  const peer = new ForeignPeer(target.key);
  const own = at + ((at & 1) === (peer.odd ? 1 : 0) ? 0 : 1);
  const outputs = target.packet(peer.handshake(`{"type":"link","at":${own}}`), path);
  for (const output of outputs) if (output.type === "send") peer.hear(output.bytes);
  return peer;
}

describe("strangers", () => {
  test("who send junk cost a bounded number of scalar multiplications; the honest one gets through afterwards", () => {
    const target = new Target();
    const junk = () => lob(Uint8Array.of(0x3a), randomBytes(200));
    for (let n = 0; n < 1_000; n++) target.packet(junk(), `path ${n}`);
    expect(target.multiplications).toBe(32);
    target.ms = 10_000;
    for (let n = 0; n < 1_000; n++) target.packet(junk());
    expect(target.multiplications).toBe(64);
    expect(target.of("offer")).toEqual([]);
    target.ms = 11_000;
    met(target, "elsewhere");
    expect(target.of("up")).toHaveLength(1);
  });

  test("who pretend to be somebody else are told by AUTH", () => {
    const target = new Target();
    const [alice, eve] = [new ForeignPeer(target.key), new ForeignPeer(target.key)];
    const at = 1_700_000_000 + (alice.odd ? 1 : 0);
    const forged = eve.handshake(`{"type":"link","at":${at}}`, lob("", alice.key));
    expect(target.codes(target.packet(forged))).toEqual(["cs3a.forged"]);
    expect(target.of("offer")).toEqual([]);
    // They take nobody's room either.
    for (let n = 0; n < 40; n++) {
      target.ms += 1_000;
      const other = new ForeignPeer(target.key).key;
      target.packet(eve.handshake(`{"type":"link","at":${at}}`, lob("", other)), `path ${n}`);
    }
    target.packet(eve.handshake(`{"type":"link","at":${1_700_000_000 + (eve.odd ? 1 : 0)}}`));
    expect(target.of("up")).toHaveLength(1);
    target.said.length = 0;
    // The same where alice is known, and from her path.
    target.step({ type: "link", peer: { keys: { "3a": alice.key } }, path: "alice" });
    const other = new ForeignPeer(target.key).handshake(`{"type":"link","at":${at}}`, lob("", alice.key));
    expect(target.codes(target.packet(other, "alice"))).toEqual(["cs3a.forged"]);
    // Who has proven to speak under a KEY cannot say there that she is another one.
    expect(target.codes(target.packet(forged))).toEqual(["cs3a.impostor"]);
    expect(target.of("offer")).toEqual([]);
  });

  test("are kept in a bounded number; those that were refused make room", () => {
    const target = new Target();
    target.accepts = false;
    const knock = () => {
      target.ms += 1_000;
      const peer = new ForeignPeer(target.key);
      return target.packet(peer.handshake(`{"at":${1_700_000_000 + (peer.odd ? 1 : 0)}}`), `path ${target.ms}`);
    };
    for (let n = 0; n < 20; n++) knock();
    for (let n = 0; n < 8; n++) knock();
    // Those from before 30 seconds are gone, so that there is always room at this pace; at a faster one there is not.
    target.ms += 1_000;
    const crowd = Array.from({ length: 12 }, () => {
      const peer = new ForeignPeer(target.key);
      return target.codes(target.packet(peer.handshake(`{"at":${1_700_000_000 + (peer.odd ? 1 : 0)}}`), "crowd"));
    });
    expect(crowd.flat()).toEqual(Array(8).fill("endpoint.crowded"));
    const [last] = target.of("offer").slice(-1);
    target.step({ type: "refuse", id: last?.id ?? 0 });
    const peer = new ForeignPeer(target.key);
    target.packet(peer.handshake(`{"at":${1_700_000_000 + (peer.odd ? 1 : 0)}}`), "late");
    expect(target.of("offer").at(-1)).toMatchObject({ path: "late", stranger: true });
  });

  test("who take the last at there is take it from themselves only", () => {
    const target = new Target();
    const greedy = met(target, "greedy");
    const last = 2n ** 64n - (greedy.odd ? 1n : 2n);
    target.packet(greedy.handshake(`{"at":${last}}`), "greedy");
    expect(target.of("alive")).toMatchObject([{ at: last }]);
    target.step({ type: "keep-alive" });
    const other = met(target, "other");
    target.said.length = 0;
    target.packet(other.channel(`{"c":${other.odd ? 1 : 2},"type":"x"}`, "hello"), "other");
    expect(target.of("deliver")).toMatchObject([{ body: utf8("hello") }]);
  });
});

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
