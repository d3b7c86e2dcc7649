import { describe, expect, test } from "vitest";
import { ForeignPeer, lob } from "./foreign-peer.ts";
import { met, Target } from "./target.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const at = (peer: ForeignPeer, from: number) => from + (peer.odd ? 1 : 0);

/** A peer that the target has linked to, and the secret with which it can put its own AUTH to what others have made. */
function eavesdropper(target: Target) {
  const secret = randomBytes(32);
  const eve = new ForeignPeer(target.key, secret);
  target.step({ type: "link", peer: { keys: { "3a": eve.key } }, path: "eve" });
  return { eve, secret };
}

/** Strangers for whom no scalar multiplication is left. */
function crowd(target: Target) {
  for (let n = 0; n < 64; n++) target.packet(lob(Uint8Array.of(0x3a), randomBytes(200)), `path ${n}`);
}

describe("the KEY of a peer", () => {
  test("does not become another's who puts his AUTH to its first link and is faster", () => {
    const target = new Target();
    const { secret } = eavesdropper(target);
    const alice = new ForeignPeer(target.key);
    const said = `{"at":${at(alice, 1_700_000_000)}}`;
    const stolen = target.packet(alice.handshake(said, lob("", alice.key), secret), "eve");
    expect(target.codes(stolen)).toEqual(["cs3a.impostor"]);
    expect(target.codes(target.packet(alice.handshake(said), "alice"))).toEqual([]);
    expect(target.of("up")).toHaveLength(1);
  });

  test("nor by another message of it, in which nothing says whose it is", () => {
    const target = new Target();
    const { eve, secret } = eavesdropper(target);
    const alice = new ForeignPeer(target.key);
    target.accepts = false;
    const token = `{"type":"jwt","at":${at(eve, 1_800_000_000)}}`;
    target.packet(alice.handshake(token, randomBytes(9), secret), "eve");
    target.accepts = true;
    const link = alice.handshake(`{"at":${at(alice, 1_700_000_000)}}`);
    expect(target.codes(target.packet(link, "alice"))).toEqual([]);
  });

  test("stays known while others of its past are replayed, wherever the peer is and however many strangers there are", () => {
    const target = new Target();
    const peer = new ForeignPeer(target.key);
    const past = Array.from({ length: 12 }, (_, n) => {
      peer.restart();
      return peer.handshake(`{"at":${at(peer, 1_600_000_000 + 2 * n)}}`);
    });
    peer.restart();
    target.packet(peer.handshake(`{"at":${at(peer, 1_700_000_000)}}`));
    for (const bytes of past) target.packet(bytes);
    crowd(target);
    target.packet(peer.handshake(`{"at":${at(peer, 1_900_000_000)}}`), "a new path");
    expect(target.of("alive")).toHaveLength(1);
  });
});

test("an offer can be decided, however many handshakes others make meanwhile", () => {
  const target = new Target();
  const busy = met(target, "busy");
  target.accepts = false;
  const alice = new ForeignPeer(target.key);
  target.packet(alice.handshake(`{"at":${at(alice, 1_700_000_000)}}`), "alice");
  const [offer] = target.of("offer").slice(-1);
  for (let n = 1; n <= 1_100; n++) target.packet(busy.handshake(`{"at":${at(busy, 1_700_000_000 + 2 * n)}}`), "busy");
  target.step({ type: "accept", id: offer?.id ?? 0 });
  expect(target.of("up")).toHaveLength(2);
});
