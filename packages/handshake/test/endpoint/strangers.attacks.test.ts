import { utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { ForeignPeer, lob } from "./foreign-peer.ts";
import { met, Target } from "./target.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

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

  test("do not learn that there is anybody before they are accepted, whatever the application says to others meanwhile", () => {
    const target = new Target();
    target.accepts = false;
    const peer = new ForeignPeer(target.key);
    const said = peer.handshake(`{"at":${1_700_000_000 + (peer.odd ? 1 : 0)}}`);
    target.packet(said);
    target.step({ type: "provide", messages: [{ type: "jwt", head: {}, body: utf8("a.b.c") }] });
    target.step({ type: "keep-alive" });
    target.packet(said);
    for (target.ms = 1_000; target.ms <= 60_000; target.ms += 1_000) target.step({ type: "time" });
    expect(target.of("offer")).toHaveLength(1);
    expect(target.of("send")).toEqual([]);
    expect(target.of("persist")).toEqual([]);
  });

  test("are believed for 16 messages that came before their link, the newest of all of them", () => {
    const target = new Target();
    target.accepts = false;
    const peers = Array.from({ length: 17 }, () => new ForeignPeer(target.key));
    const at = (peer: ForeignPeer) => 1_700_000_000 + (peer.odd ? 1 : 0);
    for (const peer of peers) target.packet(peer.handshake(`{"type":"jwt","at":${at(peer)}}`, utf8("a.b.c")));
    target.ms = 10_000;
    for (const peer of peers) target.packet(peer.handshake(`{"at":${at(peer)}}`));
    expect(target.of("offer").filter(({ messages }) => messages.length === 1)).toHaveLength(17);
    expect(target.of("offer").filter(({ messages }) => messages.length === 2)).toHaveLength(16);
  });

  test("over whom nobody decides are forgotten after 30 seconds, and make room", () => {
    const target = new Target();
    target.accepts = false;
    const knock = () => {
      const peer = new ForeignPeer(target.key);
      return target.codes(target.packet(peer.handshake(`{"at":${1_700_000_000 + (peer.odd ? 1 : 0)}}`)));
    };
    for (let n = 0; n < 32; n++) expect(knock()).toEqual([]);
    target.ms = 29_999;
    expect(knock()).toEqual(["endpoint.crowded"]);
    target.ms = 30_000;
    target.step({ type: "time" });
    for (let n = 0; n < 31; n++) expect(knock()).toEqual([]);
  });

  test("who were refused and had to make room are strangers again", () => {
    const target = new Target();
    target.accepts = false;
    const knocks = Array.from({ length: 33 }, () => {
      const peer = new ForeignPeer(target.key);
      return peer.handshake(`{"at":${1_700_000_000 + (peer.odd ? 1 : 0)}}`);
    });
    for (const knock of knocks) {
      target.ms += 100;
      target.packet(knock);
      target.step({ type: "refuse", id: target.of("offer").at(-1)?.id ?? 0 });
    }
    expect(target.of("offer")).toHaveLength(33);
    const [first, second, third] = knocks.map((knock) => () => target.codes(target.packet(knock)));
    expect(third?.()).toEqual(["exchange.refused"]);
    expect(first?.()).toEqual([]);
    expect(second?.()).toEqual([]);
    expect(target.of("offer")).toHaveLength(35);
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
