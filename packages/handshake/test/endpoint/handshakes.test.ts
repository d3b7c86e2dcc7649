import { CipherSet3a, createLink, LAST_AT, Order } from "@countersign/handshake/e3x";
import { describe, expect, test } from "vitest";
import { Handshakes } from "../../src/endpoint/handshakes.ts";
import { LinkedPeer } from "../../src/endpoint/linked-peer.ts";
import type { ExchangeKeys } from "../../src/exchange/cipher-set.ts";
import { formatHashname, rollUp } from "../../src/hashname/hashname.ts";
import { ForeignPeer } from "./foreign-peer.ts";
import { backend, keyPair } from "./station.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const now = { ms: 0, unixSeconds: 0 };

/** What one end has of a peer that calls it, and whether the keys that were made are erased. */
function called() {
  const own = keyPair(7)["3a"];
  const peer = new ForeignPeer(own.publicKey);
  const rolled = rollUp([{ csid: 0x3a, key: peer.key }]);
  if (!rolled.ok) throw new Error(rolled.code);
  const name = { key: peer.key, hashname: formatHashname(rolled.value) };
  const set = CipherSet3a.create({ dh: backend.dh, own, peer: name, randomBytes });
  if (!set.ok) throw new Error(set.code);
  const made: ExchangeKeys[] = [];
  const keysWith = set.value.keysWith.bind(set.value);
  set.value.keysWith = (message) => {
    const keys = keysWith(message);
    made.push(keys);
    return keys;
  };
  return {
    set: set.value,
    messages: [createLink(0x3a, [{ csid: 0x3a, key: own.publicKey }])],
    order: peer.odd ? Order.EVEN : Order.ODD,
    body: peer.handshake(`{"at":${LAST_AT - (peer.odd ? 0n : 1n)}}`).slice(3),
    erased: () => made.map(({ sendKey, receiveKey }) => [...sendKey, ...receiveKey].every((byte) => byte === 0)),
  };
}

describe("the keys of an exchange are erased when it is ended", () => {
  test("while they wait for the disk", () => {
    const { set, messages, order, body, erased } = called();
    const handshakes = new Handshakes<string>({ cipherSet: set, order, messages });
    handshakes.step({ type: "packet", body }, "there", now);
    const said = handshakes.step({ type: "accept", id: 1 }, "there", now);
    expect(said.map(({ type }) => type)).toEqual(["persist"]);
    expect(erased()).toEqual([false]);
    handshakes.end(now);
    expect(erased()).toEqual([true]);
    expect(handshakes.persisted(1, now)).toEqual([]);
  });

  test("while they are used", () => {
    const { set, messages, order, body, erased } = called();
    const peer = new LinkedPeer<string>({ set, order, highest: 0n, messages, randomBytes, path: "there" });
    peer.handshake(body, "there", now);
    peer.decide("accept", 1, now);
    expect(peer.persisted(1, now).map(({ type }) => type)).toEqual(["send", "up"]);
    expect(erased()).toEqual([false]);
    expect(peer.end(now)).toEqual([{ type: "down", reason: "ended" }]);
    expect(erased()).toEqual([true]);
  });
});
